package dev.masquerade.model.latent;

import ai.djl.ndarray.NDArray;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;

/**
 * Spreads features over the sphere: minus the mean logarithm of the distance of each row, at length
 * 1, to the row nearest to it by cosine.
 *
 * @see <a href="https://arxiv.org/abs/1806.03198">Spreading vectors for similarity search</a>
 */
public final class KoLeoLoss {

  /** Added to lengths, differences and distances, so that equal rows have a finite loss. */
  private static final double EPSILON = 1e-8;

  private KoLeoLoss() {}

  /**
   * Computes the loss.
   *
   * @param features (B, D) of any length, at least 2 rows
   * @return a scalar
   */
  public static NDArray of(KernelModule kernels, NDArray features, StepScope scope) {
    if (features.getShape().get(0) < 2) {
      throw new IllegalArgumentException("a row needs another to be near to; there is only one");
    }
    return kernels.call(scope.manager(), "koleo_loss", features, EPSILON).get(0);
  }
}
