package dev.masquerade.model.codec.diffusion;

/**
 * What a diffusion decoder is trained to undo.
 *
 * @param timesteps from a picture to noise, at least 2; 1000 is usual
 * @param prediction what it says of a noisy picture
 * @param schedule how much noise each timestep adds
 * @param zeroTerminalSnr whether nothing of the picture is left at the last timestep
 * @param clips whether guesses of the picture are clipped to [-1, 1] in decoding; only for content
 *     that lies within
 */
public record DiffusionConfig(
    int timesteps,
    PredictionType prediction,
    BetaSchedule schedule,
    boolean zeroTerminalSnr,
    boolean clips) {

  public DiffusionConfig {
    NoiseSchedule noise = NoiseSchedule.of(schedule, timesteps, zeroTerminalSnr);
    if (prediction == PredictionType.EPSILON && noise.kept(timesteps - 1) == 0) {
      throw new IllegalArgumentException(
          "prediction_type epsilon does not go with "
              + (zeroTerminalSnr ? "zero_terminal_snr" : "beta_schedule " + schedule.text())
              + ": at the last timestep nothing of the picture is left, and predicted noise says"
              + " nothing of it. Use sample or v_prediction, or "
              + (zeroTerminalSnr ? "set zero_terminal_snr to false" : "another beta_schedule"));
    }
  }

  /** Returns what the published decoders of colours, depth and normals were trained with. */
  public static DiffusionConfig published() {
    return new DiffusionConfig(1000, PredictionType.SAMPLE, new BetaSchedule.Linear(), true, true);
  }

  /** Computes how much of a picture is left when. */
  public NoiseSchedule noise() {
    return NoiseSchedule.of(schedule, timesteps, zeroTerminalSnr);
  }
}
