package dev.masquerade.model.latent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;

/**
 * Masked views of an image are to be assigned to the prototypes that the whole image is: {@code p =
 * softmax(cos(x, prototypes) / temperature)}, {@code -sum(p+ log p)} with the target's {@code p+}
 * sharpened and balanced over the batch, plus {@code weight} times a prior on the anchors' mean
 * assignment. Nothing flows into targets, and into prototypes only by way of the anchors.
 *
 * @param temperature of similarities, positive
 * @param sharpening of targets, in (0, 1]
 * @param iterations by which targets are balanced so that prototypes are used alike; 0 leaves them
 * @param weight of the prior, at least 0
 * @param prior what the mean assignment should be like
 * @see <a href="https://arxiv.org/abs/2204.07141">Masked Siamese Networks for Label-Efficient
 *     Learning</a>
 */
public record MsnLoss(
    double temperature, double sharpening, int iterations, double weight, Prior prior) {

  /** What the paper trains with. */
  public static final MsnLoss DEFAULT = new MsnLoss(0.1, 0.25, 3, 1, new Prior.Even());

  public MsnLoss {
    Temperatures.require("temperature", temperature);
    Temperatures.require("sharpening", sharpening);
    if (iterations < 0) {
      throw new IllegalArgumentException("iterations must be at least 0, was " + iterations);
    }
    if (!(weight >= 0)) {
      throw new IllegalArgumentException("weight must be at least 0, was " + weight);
    }
  }

  /** What the anchors' mean assignment m to prototypes should be like. */
  public sealed interface Prior {

    /** All prototypes alike: adds {@code log K - H(m)}. */
    record Even() implements Prior {}

    /**
     * A power law, as classes of the world often follow, after PMSN: adds {@code KL(q || m)} with q
     * of prototype k, from 1, proportional to {@code k^-exponent}.
     *
     * @param exponent at least 0
     * @see <a href="https://arxiv.org/abs/2210.07277">The Hidden Uniform Cluster Prior in
     *     Self-Supervised Learning</a>
     */
    record PowerLaw(double exponent) implements Prior {
      public PowerLaw {
        if (!(exponent >= 0)) {
          throw new IllegalArgumentException("exponent must be at least 0, was " + exponent);
        }
      }
    }
  }

  /**
   * Computes the loss.
   *
   * @param anchors (V x B, D) of V masked views, view by view
   * @param targets (B, D) of whole images
   * @param prototypes (K, D)
   * @return a scalar
   */
  public NDArray of(
      KernelModule kernels, NDArray anchors, NDArray targets, NDArray prototypes, StepScope scope) {
    long rows = targets.getShape().get(0);
    if (rows == 0 || anchors.getShape().get(0) % rows != 0) {
      throw new IllegalArgumentException(
          "anchors are several views of each target, but there are "
              + anchors.getShape().get(0)
              + " of "
              + rows);
    }
    NDArray wanted =
        weight == 0
            ? scope.manager().create(new Shape(0), DataType.FLOAT32)
            : scope.manager().create(distribution((int) prototypes.getShape().get(0)));
    return kernels
        .call(
            scope.manager(),
            "msn_loss",
            anchors,
            targets,
            prototypes,
            wanted,
            prior instanceof Prior.PowerLaw,
            temperature,
            sharpening,
            iterations,
            weight)
        .get(0);
  }

  private float[] distribution(int prototypes) {
    double exponent = prior instanceof Prior.PowerLaw law ? law.exponent() : 0;
    double sum = 0;
    for (int k = 1; k <= prototypes; k++) {
      sum += Math.pow(k, -exponent);
    }
    float[] shares = new float[prototypes];
    for (int k = 1; k <= prototypes; k++) {
      shares[k - 1] = (float) (Math.pow(k, -exponent) / sum);
    }
    return shares;
  }
}
