package dev.masquerade.model.codec.diffusion;

/**
 * Steps that draw from the distribution of the timestep before, given a guess of the picture: the
 * smaller of the two variances of the paper. No noise is added at timestep 0.
 *
 * @see <a href="https://arxiv.org/abs/2006.11239">Denoising Diffusion Probabilistic Models</a>
 */
public final class DdpmStepper extends SpacedStepper {

  /** Keeps a variance from being 0 where its logarithm is taken, as the reference has it. */
  private static final double LEAST_VARIANCE = 1e-20;

  /**
   * Creates a stepper.
   *
   * @param steps of generation, at least 1
   * @param clips whether guesses of the picture are clipped to [-1, 1]
   */
  public DdpmStepper(
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
    double kept = schedule.kept(timestep);
    double keptBefore = schedule.kept(before);
    double step = kept / keptBefore;
    double added = 1 - step;
    double noise = 1 - kept;
    double noiseBefore = 1 - keptBefore;
    double variance = Math.max(noiseBefore / noise * added, LEAST_VARIANCE);
    return new StepWeights(
        picture.ofNoisy(),
        picture.ofOutput(),
        Math.sqrt(keptBefore) * added / noise,
        Math.sqrt(step) * noiseBefore / noise,
        0,
        timestep > 0 ? Math.sqrt(variance) : 0);
  }
}
