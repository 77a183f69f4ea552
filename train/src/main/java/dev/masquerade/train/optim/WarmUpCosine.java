package dev.masquerade.train.optim;

/**
 * A linear rise from 0 and half a cosine wave down, over positions that need not be whole: steps,
 * or epochs and parts of them. The rise reaches the peak at its end, not one step before; the wave
 * reaches its end value at {@code length}. The learning rate of MAE, which looks at it once a step
 * at the epoch's fraction.
 *
 * @param peak largest value
 * @param end value at {@code length} and after
 * @param warmUp length of the rise, at least 0
 * @param length of it all, more than {@code warmUp}
 * @param stepsPerUnit steps that one position takes: 1 for positions in steps
 */
public record WarmUpCosine(
    double peak, double end, double warmUp, double length, double stepsPerUnit)
    implements Schedule {
  public WarmUpCosine {
    if (!(peak >= 0) || !(end >= 0)) {
      throw new IllegalArgumentException(
          "learning rates must be at least 0, were peak " + peak + " and end " + end);
    }
    if (!(warmUp >= 0) || !(length > warmUp) || !(stepsPerUnit > 0)) {
      throw new IllegalArgumentException(
          "the warm-up must be at least 0 and shorter than the whole, and a unit have steps; were "
              + warmUp
              + ", "
              + length
              + " and "
              + stepsPerUnit);
    }
  }

  /** Returns the schedule with both lengths in steps. */
  public static WarmUpCosine ofSteps(double peak, double end, long warmUp, long steps) {
    return new WarmUpCosine(peak, end, warmUp, steps, 1);
  }

  @Override
  public double at(long step) {
    return atPosition(step / stepsPerUnit);
  }

  /** Returns the value at a position, which may lie between two steps. */
  public double atPosition(double position) {
    if (position < warmUp) {
      return peak * Math.max(0, position) / warmUp;
    }
    double done = Math.min(1, (position - warmUp) / (length - warmUp));
    return end + (peak - end) * 0.5 * (1 + Math.cos(Math.PI * done));
  }
}
