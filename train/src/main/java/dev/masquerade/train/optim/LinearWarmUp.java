package dev.masquerade.train.optim;

/**
 * A straight rise, or fall. As Lightly's {@code linear_warmup_schedule}.
 *
 * @param start value of step 0
 * @param end value of step {@code steps} and of all later ones
 * @param steps at least 0; with 0 every step has the end value
 */
public record LinearWarmUp(double start, double end, long steps) implements Schedule {
  public LinearWarmUp {
    if (steps < 0) {
      throw new IllegalArgumentException("steps must be at least 0, was " + steps);
    }
  }

  @Override
  public double at(long step) {
    if (step < 0) {
      throw new IllegalArgumentException("steps count from 0, was " + step);
    }
    return step < steps ? start + (double) step / steps * (end - start) : end;
  }
}
