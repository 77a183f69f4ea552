package dev.masquerade.model.weights.released;

import java.util.List;

/** The schemes in which vision transformers are released, each as a table to MAE's names. */
public final class NameMaps {

  private static final NameMap BLOCKS =
      NameMap.of(
          "blocks.*.norm1.",
          "blocks.*.norm2.",
          "blocks.*.attn.qkv.",
          "blocks.*.attn.proj.",
          "blocks.*.mlp.fc1.",
          "blocks.*.mlp.fc2.");

  /** MAE and timm: encoder and heads. */
  public static final NameMap TIMM =
      NameMap.of(
              "cls_token",
              "reg_token",
              "pos_embed",
              "patch_embed.proj.",
              "norm.",
              "fc_norm.",
              "head.")
          .and(BLOCKS);

  /** torchvision: encoder and head. */
  public static final NameMap TORCHVISION =
      NameMap.of(
              "class_token = cls_token",
              "conv_proj. = patch_embed.proj.",
              "encoder.pos_embedding = pos_embed",
              "encoder.ln. = norm.",
              "heads.head. = head.")
          .and(torchvisionBlocks("encoder.layers.encoder_layer_*.", "blocks.*."));

  /** MAE: decoder. */
  public static final NameMap MAE_DECODER =
      NameMap.of(
              "mask_token", "decoder_pos_embed", "decoder_embed.", "decoder_norm.", "decoder_pred.")
          .and(
              new NameMap(
                  BLOCKS.rules().stream()
                      .map(
                          rule ->
                              new NameMap.Rule(
                                  "decoder_" + rule.theirs(), "decoder_" + rule.ours()))
                      .toList()));

  /** Lightly, built on timm: decoder. */
  public static final NameMap LIGHTLY_DECODER =
      NameMap.of(
              "decoder.mask_token = mask_token",
              "decoder.pos_embed = decoder_pos_embed",
              "decoder_embed.",
              "decoder.norm. = decoder_norm.",
              "prediction_head. = decoder_pred.")
          .and(
              new NameMap(
                  BLOCKS.rules().stream()
                      .map(
                          rule ->
                              new NameMap.Rule(
                                  "decoder." + rule.theirs(), "decoder_" + rule.ours()))
                      .toList()));

  /** Lightly, built on torchvision: decoder. */
  public static final NameMap LIGHTLY_TORCHVISION_DECODER =
      NameMap.of(
              "mask_token",
              "decoder.pos_embedding = decoder_pos_embed",
              "decoder.decoder_embed. = decoder_embed.",
              "decoder.ln. = decoder_norm.",
              "decoder.prediction_head. = decoder_pred.")
          .and(torchvisionBlocks("decoder.layers.encoder_layer_*.", "decoder_blocks.*."));

  /** Lightly: the linear decoder of SimMIM. */
  public static final NameMap LIGHTLY_SIMMIM = NameMap.of("simmim_decoder. = decoder_pred.");

  /** Every way in which a decoder is named, the likeliest first. */
  static final List<NameMap> DECODERS =
      List.of(
          MAE_DECODER,
          MAE_DECODER.under("decoder."),
          LIGHTLY_TORCHVISION_DECODER,
          LIGHTLY_DECODER,
          LIGHTLY_SIMMIM);

  private NameMaps() {}

  /** Older files number the parts of the feed-forward part otherwise; they are only read. */
  private static NameMap torchvisionBlocks(String theirs, String ours) {
    return NameMap.of(
        theirs + "ln_1. = " + ours + "norm1.",
        theirs + "ln_2. = " + ours + "norm2.",
        theirs + "self_attention.in_proj_weight = " + ours + "attn.qkv.weight",
        theirs + "self_attention.in_proj_bias = " + ours + "attn.qkv.bias",
        theirs + "self_attention.out_proj. = " + ours + "attn.proj.",
        theirs + "mlp.0. = " + ours + "mlp.fc1.",
        theirs + "mlp.3. = " + ours + "mlp.fc2.",
        theirs + "mlp.linear_1. = " + ours + "mlp.fc1.",
        theirs + "mlp.linear_2. = " + ours + "mlp.fc2.");
  }
}
