package dev.masquerade.train.optim;

/**
 * Learning rate over a run: a linear warm-up, a shape, and a linear cool-down.
 *
 * <p>The warm-up starts at 0 and reaches the peak on its last step, and the shape starts at the
 * peak: so the first step moves nothing and the peak is used twice, as in the 4M reference. A
 * warm-up of one step is one step of rate 0. The cool-down likewise starts at the last value of the
 * shape and reaches {@code end} on its last step.
 *
 * @param shape between warm-up and cool-down
 * @param peak largest rate
 * @param end rate that cosine falls towards, without reaching it inside the run, and that the
 *     cool-down reaches
 * @param warmUpSteps steps of the warm-up, at least 0
 * @param coolDownSteps steps of the cool-down, at least 0
 * @param totalSteps steps of the run; later steps use the last rate
 * @param timescale steps after which {@link Shape#INVERSE_SQUARE_ROOT} has fallen by a factor of
 *     √2; the others do not read it
 */
public record LearningRate(
    Shape shape,
    double peak,
    double end,
    long warmUpSteps,
    long coolDownSteps,
    long totalSteps,
    double timescale)
    implements Schedule {

  /** The timescale of the 4M reference, in steps. */
  public static final double REFERENCE_TIMESCALE = 10_000;

  /** How the rate falls between warm-up and cool-down. */
  public enum Shape {
    /** Half a cosine wave from the peak towards the end. */
    COSINE,
    /**
     * The same as {@link WarmUpCosine} has it: the warm-up reaches the peak one step later, and the
     * wave the end. There is no cool-down.
     */
    COSINE_TO_END,
    /** {@code peak / sqrt(1 + steps since warm-up / timescale)}. */
    INVERSE_SQUARE_ROOT,
    /** The peak throughout. */
    CONSTANT
  }

  public LearningRate {
    if (!(peak >= 0) || !(end >= 0)) {
      throw new IllegalArgumentException(
          "learning rates must be at least 0, were peak " + peak + " and end " + end);
    }
    if (warmUpSteps < 0 || coolDownSteps < 0 || totalSteps < 1) {
      throw new IllegalArgumentException(
          "a run needs at least one step and phases of at least 0, had "
              + totalSteps
              + " with warm-up "
              + warmUpSteps
              + " and cool-down "
              + coolDownSteps);
    }
    if (!(timescale > 0)) {
      throw new IllegalArgumentException("timescale must be positive, was " + timescale);
    }
    // A trial of ten steps does not fail over the warm-up of the full run: the phases shrink to
    // fit.
    warmUpSteps = Math.min(warmUpSteps, totalSteps);
    coolDownSteps = Math.min(coolDownSteps, totalSteps - warmUpSteps);
  }

  /** Returns a cosine schedule without cool-down. */
  public static LearningRate cosine(double peak, double end, long warmUpSteps, long totalSteps) {
    return new LearningRate(
        Shape.COSINE, peak, end, warmUpSteps, 0, totalSteps, REFERENCE_TIMESCALE);
  }

  @Override
  public double at(long step) {
    long clamped = Math.max(0, Math.min(step, totalSteps - 1));
    if (shape == Shape.COSINE_TO_END) {
      return WarmUpCosine.ofSteps(peak, end, warmUpSteps, Math.max(totalSteps, warmUpSteps + 1))
          .at(clamped);
    }
    if (clamped < warmUpSteps) {
      return between(0, peak, clamped, warmUpSteps);
    }
    long shapeSteps = totalSteps - warmUpSteps - coolDownSteps;
    long since = clamped - warmUpSteps;
    if (since < shapeSteps) {
      return shaped(since, shapeSteps);
    }
    double last = shapeSteps == 0 ? peak : shaped(shapeSteps - 1, shapeSteps);
    return between(last, end, since - shapeSteps, coolDownSteps);
  }

  private double shaped(long since, long shapeSteps) {
    return switch (shape) {
      case COSINE, COSINE_TO_END -> WeightDecay.halfCosine(peak, end, since, shapeSteps);
      case INVERSE_SQUARE_ROOT -> peak / Math.sqrt((since + timescale) / timescale);
      case CONSTANT -> peak;
    };
  }

  /** Returns value {@code index} of {@code count} evenly spaced ones, both ends included. */
  private static double between(double from, double to, long index, long count) {
    if (count == 1) {
      return from;
    }
    return index == count - 1 ? to : from + (to - from) * index / (count - 1);
  }
}
