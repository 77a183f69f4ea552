package dev.masquerade.train.optim;

/**
 * Weight decay over a run: half a cosine wave from one value towards another, without warm-up.
 *
 * @param start value of the first step
 * @param end value it moves towards; equal to {@code start} for a constant decay
 * @param totalSteps steps of the run; later steps use {@code end}
 */
public record WeightDecay(double start, double end, long totalSteps) implements Schedule {
  public WeightDecay {
    if (!(start >= 0) || !(end >= 0)) {
      throw new IllegalArgumentException(
          "weight decay must be at least 0, was from " + start + " to " + end);
    }
    if (totalSteps < 1) {
      throw new IllegalArgumentException("a run needs at least one step, had " + totalSteps);
    }
  }

  /** Returns the same decay at every step. */
  public static WeightDecay constant(double value) {
    return new WeightDecay(value, value, 1);
  }

  @Override
  public double at(long step) {
    return start == end ? start : halfCosine(start, end, step, totalSteps);
  }

  static double halfCosine(double from, double to, long index, long count) {
    return index >= count ? to : to + 0.5 * (from - to) * (1 + Math.cos(Math.PI * index / count));
  }
}
