package dev.masquerade.train.average;

/**
 * How slowly an average follows.
 *
 * @param decay share of the average that a step keeps, in {@code [0, 1)}
 * @param warmUp the larger, the longer the average follows faster at first: step {@code n}, counted
 *     from 0, keeps {@code (1 + n) / (warmUp + n)} where that is less than {@code decay}. 0 and 1
 *     mean no warm-up
 */
public record AverageSettings(double decay, long warmUp) {
  public AverageSettings {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException(
          "the decay of an average must be at least 0 and less than 1, was " + decay);
    }
    if (warmUp < 0) {
      throw new IllegalArgumentException("warmUp must be at least 0, was " + warmUp);
    }
  }

  /** Returns the share that a step keeps; the first step is 0. */
  public double at(long step) {
    return warmUp <= 1 ? decay : Math.min(decay, (1.0 + step) / (warmUp + step));
  }
}
