package dev.masquerade.model.mae;

import dev.masquerade.model.vit.Pooling;
import dev.masquerade.model.vit.VitConfig;

/**
 * Dimensions and choices of a masked autoencoder.
 *
 * @param encoder without a head and without a mask token of its own
 * @param decoderWidth D, width of the decoder's tokens; 0 in SimMIM, like all of the decoder's
 * @param decoderDepth blocks of the decoder, at least 1
 * @param decoderHeads attention heads of the decoder
 * @param decoderMlpRatio hidden width of the decoder's feed-forward part over D
 * @param normalisedTargets whether a patch is predicted after its own mean and deviation are taken
 *     out
 * @param lossOverAll whether seen patches count in the loss like removed ones
 * @param variant how removed patches are treated
 */
public record MaeConfig(
    VitConfig encoder,
    int decoderWidth,
    int decoderDepth,
    int decoderHeads,
    double decoderMlpRatio,
    boolean normalisedTargets,
    boolean lossOverAll,
    MaeVariant variant) {

  public MaeConfig {
    if (encoder.classes() > 0 || encoder.maskToken()) {
      throw new IllegalArgumentException(
          "the encoder of a masked autoencoder has neither a head nor a mask token of its own: set"
              + " classes to 0 and maskToken to false");
    }
    if (encoder.pooling() != Pooling.CLASS_TOKEN) {
      throw new IllegalArgumentException(
          "the encoder of a masked autoencoder has a norm over all tokens: set pooling to"
              + " CLASS_TOKEN, was "
              + encoder.pooling());
    }
    switch (variant) {
      case MAE -> {
        if (decoderDepth < 1 || decoderDepth > 1024) {
          throw new IllegalArgumentException(
              "decoderDepth must be in [1, 1024], was " + decoderDepth);
        }
        VitConfig.requireStack(
            "decoderWidth",
            decoderWidth,
            "decoderHeads",
            decoderHeads,
            "decoderMlpRatio",
            decoderMlpRatio);
      }
      case SIMMIM -> {
        if (decoderWidth != 0 || decoderDepth != 0 || decoderHeads != 0 || decoderMlpRatio != 0) {
          throw new IllegalArgumentException(
              "SimMIM has no decoder: set decoderWidth, decoderDepth, decoderHeads and"
                  + " decoderMlpRatio to 0, or variant to MAE");
        }
      }
    }
  }

  /**
   * Returns a masked autoencoder whose decoder has the encoder's feed-forward ratio, and whose loss
   * is over the pixels of removed patches.
   */
  public static MaeConfig mae(VitConfig encoder, int width, int depth, int heads) {
    return new MaeConfig(
        encoder, width, depth, heads, encoder.mlpRatio(), false, false, MaeVariant.MAE);
  }

  /** Returns a SimMIM. */
  public static MaeConfig simMim(VitConfig encoder) {
    return new MaeConfig(encoder, 0, 0, 0, 0, false, false, MaeVariant.SIMMIM);
  }

  /** Returns the same model with or without normalised targets. */
  public MaeConfig withNormalisedTargets(boolean value) {
    return new MaeConfig(
        encoder,
        decoderWidth,
        decoderDepth,
        decoderHeads,
        decoderMlpRatio,
        value,
        lossOverAll,
        variant);
  }

  /** Returns the same model with or without seen patches in the loss. */
  public MaeConfig withLossOverAll(boolean value) {
    return new MaeConfig(
        encoder,
        decoderWidth,
        decoderDepth,
        decoderHeads,
        decoderMlpRatio,
        normalisedTargets,
        value,
        variant);
  }

  /** Returns the same model around another encoder. */
  public MaeConfig withEncoder(VitConfig value) {
    return new MaeConfig(
        value,
        decoderWidth,
        decoderDepth,
        decoderHeads,
        decoderMlpRatio,
        normalisedTargets,
        lossOverAll,
        variant);
  }

  /** Returns the hidden width of the decoder's feed-forward part. */
  public int decoderHiddenWidth() {
    return VitConfig.hiddenWidth(decoderWidth, decoderMlpRatio);
  }

  /** Returns the width of the tokens that predictions are made from. */
  public int predictedFrom() {
    return switch (variant) {
      case MAE -> decoderWidth;
      case SIMMIM -> encoder.width();
    };
  }
}
