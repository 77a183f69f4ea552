package dev.masquerade.model.codec.diffusion;

/**
 * Steps without fresh noise: what is generated is a function of the noise it starts from.
 *
 * <p>As in the 4M reference, a step leads {@code trained / steps} timesteps down whatever the
 * spacing, so that linearly spaced steps overlap or miss each other by a timestep.
 *
 * @see <a href="https://arxiv.org/abs/2010.02502">Denoising Diffusion Implicit Models</a>
 */
public final class DdimStepper extends SpacedStepper {

  /**
   * Creates a stepper.
   *
   * @param steps of generation, at least 1
   * @param clips whether guesses of the picture are clipped to [-1, 1]; the noise is not derived
   *     anew from what was clipped
   */
  public DdimStepper(
      NoiseSchedule schedule,
      PredictionType prediction,
      TimestepSpacing spacing,
      int steps,
      boolean clips) {
    super(schedule, prediction, spacing, steps, clips);
  }

  @Override
  public StepWeights weights(int timestep) {
    int before = before(timestep);
    StepWeights.Guess picture = StepWeights.picture(schedule, prediction, timestep);
    StepWeights.Guess noise = StepWeights.noise(schedule, prediction, timestep);
    double left = schedule.noise(before);
    return new StepWeights(
        picture.ofNoisy(),
        picture.ofOutput(),
        schedule.signal(before),
        left * noise.ofNoisy(),
        left * noise.ofOutput(),
        0);
  }
}
