package dev.masquerade.model.codec;

/**
 * Dimensions and choices of a tokenizer.
 *
 * @param tokens the half that makes ids
 * @param decoder what turns quantised latents into patches
 * @param outputConvolutions whether two residual convolutions follow over the whole image, which
 *     hide the edges of patches
 * @param loss how the result is compared in training
 */
public record VqConfig(
    VqEncoderConfig tokens,
    CoderShape decoder,
    boolean outputConvolutions,
    ReconstructionLoss loss) {

  public VqConfig {
    if ((loss == ReconstructionLoss.CROSS_ENTROPY) != tokens.ofClasses()) {
      throw new IllegalArgumentException(
          tokens.ofClasses()
              ? "a map of classes is compared by CROSS_ENTROPY, but loss is " + loss
              : "loss CROSS_ENTROPY is for maps of classes, but classes is 0");
    }
    if (decoder instanceof CoderShape.PointWise && tokens.patchSize() != 1) {
      throw new IllegalArgumentException(
          "a point-wise decoder maps every place to one pixel: patchSize must be 1, was "
              + tokens.patchSize());
    }
    if (decoder instanceof CoderShape.PointWise && outputConvolutions) {
      throw new IllegalArgumentException(
          "a point-wise decoder has no output convolutions. Set outputConvolutions to false");
    }
  }

  /** Returns the loss that fits the content where nothing else is asked for. */
  public static ReconstructionLoss usualLoss(VqEncoderConfig tokens) {
    return tokens.ofClasses() ? ReconstructionLoss.CROSS_ENTROPY : ReconstructionLoss.MSE;
  }
}
