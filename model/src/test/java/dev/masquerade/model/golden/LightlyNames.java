package dev.masquerade.model.golden;

/** Where the Lightly files keep the tensors that we hold under the names of MAE and timm. */
public final class LightlyNames {

  private LightlyNames() {}

  /**
   * Returns a torchvision name.
   *
   * @param backbone what stands before encoder names, for example {@code backbone.}
   */
  public static String torchvision(String backbone, String name) {
    if (name.startsWith("decoder_blocks.")) {
      return block("decoder.layers.", name.substring("decoder_blocks.".length()));
    }
    if (name.startsWith("blocks.")) {
      return backbone + block("encoder.layers.", name.substring("blocks.".length()));
    }
    return switch (name) {
      case "cls_token" -> backbone + "class_token";
      case "pos_embed" -> backbone + "encoder.pos_embedding";
      case "patch_embed.proj.weight" -> backbone + "conv_proj.weight";
      case "patch_embed.proj.bias" -> backbone + "conv_proj.bias";
      case "norm.weight" -> backbone + "encoder.ln.weight";
      case "norm.bias" -> backbone + "encoder.ln.bias";
      case "decoder_pos_embed" -> "decoder.pos_embedding";
      case "decoder_norm.weight" -> "decoder.ln.weight";
      case "decoder_norm.bias" -> "decoder.ln.bias";
      case "decoder_embed.weight", "decoder_embed.bias" -> "decoder." + name;
      case "decoder_pred.weight" -> "decoder.prediction_head.weight";
      case "decoder_pred.bias" -> "decoder.prediction_head.bias";
      default -> name;
    };
  }

  private static String block(String stack, String rest) {
    int dot = rest.indexOf('.');
    String part =
        rest.substring(dot + 1)
            .replace("norm1", "ln_1")
            .replace("norm2", "ln_2")
            .replace("attn.qkv.", "self_attention.in_proj_")
            .replace("attn.proj", "self_attention.out_proj")
            .replace("mlp.fc1", "mlp.0")
            .replace("mlp.fc2", "mlp.3");
    return stack + "encoder_layer_" + rest.substring(0, dot) + "." + part;
  }

  /** Returns the name in the file of a timm backbone inside {@code model.vit.}. */
  public static String timm(String name) {
    if (name.startsWith("decoder_blocks.")) {
      return "decoder.blocks." + name.substring("decoder_blocks.".length());
    }
    return switch (name) {
      case "decoder_pos_embed" -> "decoder.pos_embed";
      case "decoder_norm.weight" -> "decoder.norm.weight";
      case "decoder_norm.bias" -> "decoder.norm.bias";
      case "decoder_embed.weight", "decoder_embed.bias" -> name;
      case "decoder_pred.weight" -> "prediction_head.weight";
      case "decoder_pred.bias" -> "prediction_head.bias";
      default -> "model.vit." + name;
    };
  }
}
