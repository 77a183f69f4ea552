package dev.masquerade.train.optim;

/**
 * The constants of LARS.
 *
 * @param momentum share of the last step in the next, in {@code [0, 1)}
 * @param trust size of a step relative to the size of what it moves, positive
 * @param clipNorm largest global L2 norm of the gradients; 0 means no limit
 */
public record LarsSettings(double momentum, double trust, double clipNorm) {

  /** The settings of MAE's linear probe. */
  public static final LarsSettings REFERENCE = new LarsSettings(0.9, 0.001, 0);

  public LarsSettings {
    if (!(momentum >= 0 && momentum < 1) || !(trust > 0) || !(clipNorm >= 0)) {
      throw new IllegalArgumentException(
          "momentum must lie in [0, 1), trust must be positive and clipNorm at least 0, were "
              + momentum
              + ", "
              + trust
              + ", "
              + clipNorm);
    }
  }
}
