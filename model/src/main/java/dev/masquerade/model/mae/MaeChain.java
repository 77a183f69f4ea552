package dev.masquerade.model.mae;

import dev.masquerade.model.vit.VitChain;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.weights.DimensionChain;
import dev.masquerade.model.weights.ParameterLayout;

/** The widths at which encoder, decoder and prediction of a masked autoencoder meet. */
final class MaeChain {

  private MaeChain() {}

  static DimensionChain of(MaeConfig config, ParameterLayout layout) {
    VitConfig encoder = config.encoder();
    VitChain chain = new VitChain(layout);
    chain.encoder(encoder);
    String last = VitChain.block("blocks", encoder.depth() - 1);
    chain.meet(last, "mlp.fc2.weight", 0, "norm", "weight", 0, "width");
    switch (config.variant()) {
      case MAE -> decoder(config, chain);
      case SIMMIM -> {
        chain.meet("mask_token", "", 2, "blocks.0", "attn.qkv.weight", 1, "width");
        chain.meet("norm", "weight", 0, "decoder_pred", "weight", 1, "width");
      }
    }
    chain.declared(
        "patchSize x patchSize x channels", encoder.patchWidth(), "decoder_pred", "weight", 0);
    return chain.chain();
  }

  private static void decoder(MaeConfig config, VitChain chain) {
    String first = VitChain.block("decoder_blocks", 0);
    String field = "decoderWidth";
    chain.meet("norm", "weight", 0, "decoder_embed", "weight", 1, "width");
    chain.declared(field, config.decoderWidth(), "decoder_embed", "weight", 0);
    chain.meet("decoder_embed", "weight", 0, first, "attn.qkv.weight", 1, field);
    chain.meet("mask_token", "", 2, first, "attn.qkv.weight", 1, field);
    chain.meet("decoder_pos_embed", "", 2, first, "attn.qkv.weight", 1, field);
    chain.stack(
        "decoder_blocks",
        config.decoderDepth(),
        config.decoderHiddenWidth(),
        "decoderDepth",
        field,
        "decoderMlpRatio");
    String last = VitChain.block("decoder_blocks", config.decoderDepth() - 1);
    chain.meet(last, "mlp.fc2.weight", 0, "decoder_norm", "weight", 0, field);
    chain.meet("decoder_norm", "weight", 0, "decoder_pred", "weight", 1, field);
  }
}
