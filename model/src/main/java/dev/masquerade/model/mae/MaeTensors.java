package dev.masquerade.model.mae;

import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.vit.VitTensors;
import dev.masquerade.model.weights.ParameterLayout;

/** Names and shapes of masked autoencoders, in the order in which the reference has them. */
final class MaeTensors {

  private MaeTensors() {}

  static ParameterLayout of(MaeConfig config) {
    VitConfig encoder = config.encoder();
    VitTensors tensors = new VitTensors();
    tensors.prefix(encoder);
    switch (config.variant()) {
      case MAE -> {
        tensors.token("mask_token", 1, config.decoderWidth());
        tensors.positions("decoder_pos_embed", encoder, config.decoderWidth());
      }
      case SIMMIM -> tensors.token("mask_token", 1, encoder.width());
    }
    tensors.patchEmbedding("patch_embed", encoder.width(), encoder.channels(), encoder.patchSize());
    tensors.blocks(
        "blocks", encoder.depth(), encoder.width(), encoder.hiddenWidth(), encoder.qkvBias());
    tensors.norm("norm", encoder.width());
    switch (config.variant()) {
      case MAE -> {
        int width = config.decoderWidth();
        tensors.linear("decoder_embed", encoder.width(), width, true);
        tensors.blocks(
            "decoder_blocks",
            config.decoderDepth(),
            width,
            config.decoderHiddenWidth(),
            encoder.qkvBias());
        tensors.norm("decoder_norm", width);
      }
      case SIMMIM -> {}
    }
    tensors.linear("decoder_pred", config.predictedFrom(), encoder.patchWidth(), true);
    return tensors.layout();
  }
}
