package dev.masquerade.train.optim;

/**
 * A number that moves from one value to another along half a cosine wave and reaches it on the last
 * step: momenta of teachers, weight decay, temperatures. As Lightly's {@code cosine_schedule}.
 *
 * @param start value of step 0
 * @param end value of step {@code steps - 1} and of all later ones
 * @param steps at least 0; with 0 or 1 every step has the end value
 * @param period steps after which a whole wave has gone from start to end and back, for waves that
 *     go on for ever; 0 for one half wave over all steps
 */
public record CosineRamp(double start, double end, long steps, long period) implements Schedule {
  public CosineRamp {
    if (steps < 0 || period < 0) {
      throw new IllegalArgumentException(
          "steps must be at least 0, and a period at least 1, or 0 for none; were "
              + steps
              + " and "
              + period);
    }
  }

  /** Returns one half wave. */
  public static CosineRamp over(double start, double end, long steps) {
    return new CosineRamp(start, end, steps, 0);
  }

  @Override
  public double at(long step) {
    if (step < 0) {
      throw new IllegalArgumentException("steps count from 0, was " + step);
    }
    if (period > 0) {
      return wave(2 * Math.PI * step / period);
    }
    return step >= steps - 1 ? end : wave(Math.PI * step / (steps - 1));
  }

  private double wave(double angle) {
    return end - (end - start) * (Math.cos(angle) + 1) / 2;
  }
}
