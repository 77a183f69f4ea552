package dev.masquerade.model.codec.diffusion;

/**
 * What steppers have in common: where they step, and what they take a network's output for. A step
 * leads {@code trained / steps} timesteps down whatever the spacing, as in the 4M reference.
 */
abstract sealed class SpacedStepper implements Stepper permits DdimStepper, DdpmStepper {

  final NoiseSchedule schedule;
  final PredictionType prediction;
  private final boolean clips;
  private final int[] timesteps;

  SpacedStepper(
      NoiseSchedule schedule,
      PredictionType prediction,
      TimestepSpacing spacing,
      int steps,
      boolean clips) {
    this.schedule = schedule;
    this.prediction = prediction;
    this.clips = clips;
    this.timesteps = spacing.timesteps(steps, schedule.steps());
  }

  /** Returns the timestep that a step from {@code timestep} leads to; below 0 at the end. */
  final int before(int timestep) {
    return timestep - schedule.steps() / timesteps.length;
  }

  @Override
  public final int[] timesteps() {
    return timesteps.clone();
  }

  @Override
  public final boolean clips() {
    return clips;
  }
}
