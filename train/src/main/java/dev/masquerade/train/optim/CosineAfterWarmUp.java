package dev.masquerade.train.optim;

/**
 * A warm-up, then a cosine over the steps that are left. As Lightly's {@code
 * cosine_warmup_schedule}: the first step has already taken the first part of the rise, so that
 * none is lost on a rate of 0, and the last step of the rise has reached its end.
 *
 * @param warmUp the rise; its steps come before the cosine's
 * @param cosine what follows, with its own step 0 after the warm-up
 */
public record CosineAfterWarmUp(LinearWarmUp warmUp, CosineRamp cosine) implements Schedule {

  /**
   * Returns a rise from 0 to {@code start} and one half wave from there to {@code end}.
   *
   * @param warmUpSteps at most {@code steps}
   * @param steps of both together
   */
  public static CosineAfterWarmUp over(double start, double end, long warmUpSteps, long steps) {
    if (warmUpSteps > steps) {
      throw new IllegalArgumentException(
          "a warm-up of "
              + warmUpSteps
              + " steps does not fit into "
              + steps
              + "; shorten it or train longer");
    }
    return new CosineAfterWarmUp(
        new LinearWarmUp(0, start, warmUpSteps), CosineRamp.over(start, end, steps - warmUpSteps));
  }

  @Override
  public double at(long step) {
    if (step < 0) {
      throw new IllegalArgumentException("steps count from 0, was " + step);
    }
    return step < warmUp.steps() ? warmUp.at(step + 1) : cosine.at(step - warmUp.steps());
  }
}
