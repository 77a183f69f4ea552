package dev.masquerade.train.optim;

/**
 * The constants of AdamW.
 *
 * @param beta1 decay rate of the mean of gradients, in {@code [0, 1)}
 * @param beta2 decay rate of the mean of squared gradients, in {@code [0, 1)}
 * @param epsilon added to the denominator, positive
 * @param clipNorm largest global L2 norm of the gradients; larger ones are scaled down to it. 0
 *     means no limit
 */
public record AdamWSettings(double beta1, double beta2, double epsilon, double clipNorm) {

  /** The settings of the 4M reference, with clipping at 1. */
  public static final AdamWSettings REFERENCE = new AdamWSettings(0.9, 0.95, 1e-8, 1);

  public AdamWSettings {
    if (!(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "beta1 and beta2 must lie in [0, 1), were " + beta1 + " and " + beta2);
    }
    if (!(epsilon > 0) || !(clipNorm >= 0)) {
      throw new IllegalArgumentException(
          "epsilon must be positive and clipNorm at least 0, were " + epsilon + ", " + clipNorm);
    }
  }
}
