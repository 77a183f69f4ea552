package dev.masquerade.train.probe;

import dev.masquerade.train.optim.LarsSettings;

/**
 * How a linear probe is trained.
 *
 * @param epochs passes over the samples
 * @param warmUpEpochs of them in which the rate rises, fewer than {@code epochs}
 * @param batch samples of a step; all of them where there are fewer
 * @param peakRate largest learning rate; a step moves the weights by this times the trust of LARS,
 *     relative to their size
 * @param weightDecay of the weights
 * @param labelSmoothing share of every target that all classes have, in {@code [0, 1)}
 * @param lars constants of the optimiser
 * @param seed of starting weights and order
 */
public record LinearProbeSettings(
    int epochs,
    int warmUpEpochs,
    int batch,
    double peakRate,
    double weightDecay,
    double labelSmoothing,
    LarsSettings lars,
    long seed) {

  /** Those of MAE on ImageNet: a rate of 0.1 for 256 samples, in batches of 16,384. */
  public static final LinearProbeSettings REFERENCE =
      new LinearProbeSettings(90, 10, 16_384, 6.4, 0, 0, LarsSettings.REFERENCE, 0);

  private static final int STEPS_PER_EPOCH = 16;
  private static final int SMALLEST_BATCH = 32;

  public LinearProbeSettings {
    if (epochs < 1 || warmUpEpochs < 0 || warmUpEpochs >= epochs || batch < 2) {
      throw new IllegalArgumentException(
          "a probe needs an epoch, a shorter warm-up and batches of at least 2, had "
              + epochs
              + ", "
              + warmUpEpochs
              + " and "
              + batch);
    }
    if (!(peakRate > 0) || !(weightDecay >= 0) || !(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "the rate must be positive, weight decay at least 0 and label smoothing in [0, 1), were "
              + peakRate
              + ", "
              + weightDecay
              + " and "
              + labelSmoothing);
    }
  }

  /**
   * Returns the reference's settings with a batch that leaves a small data set about sixteen steps
   * per epoch. The rate stays: LARS makes a step relative to the weights, whatever the batch, and a
   * few hundred steps at a lower one would not get them away from their start.
   */
  public static LinearProbeSettings forSamples(int samples, long seed) {
    int batch = Integer.highestOneBit(Math.max(SMALLEST_BATCH, samples / STEPS_PER_EPOCH));
    return new LinearProbeSettings(
        REFERENCE.epochs,
        REFERENCE.warmUpEpochs,
        Math.min(batch, REFERENCE.batch),
        REFERENCE.peakRate,
        REFERENCE.weightDecay,
        REFERENCE.labelSmoothing,
        REFERENCE.lars,
        seed);
  }
}
