package dev.masquerade.model.codec.diffusion;

/**
 * How a diffusion decoder generates: by DDIM.
 *
 * @param steps of generation, at least 1; 25 to 50 are usual
 * @param spacing of the timesteps
 * @param guidance by how much what is predicted without tokens is left behind: {@code without +
 *     guidance (with - without)}; 1 for no guidance
 * @param seed of the noise, together with what is decoded: equal ids give equal pictures
 */
public record DecodingSettings(int steps, TimestepSpacing spacing, double guidance, long seed) {

  /** Steps where nothing else is asked for. */
  public static final int USUAL_STEPS = 25;

  public DecodingSettings {
    if (steps < 1) {
      throw new IllegalArgumentException("steps of decoding must be at least 1, was " + steps);
    }
    if (!Double.isFinite(guidance)) {
      throw new IllegalArgumentException("guidance must be a finite number, was " + guidance);
    }
  }

  /** Returns the usual settings of a decoder, without guidance. */
  public static DecodingSettings usual(DiffusionConfig diffusion) {
    int steps = Math.min(USUAL_STEPS, diffusion.timesteps());
    return new DecodingSettings(steps, TimestepSpacing.TRAILING, 1, 0);
  }

  /**
   * Returns the steps of a decoder under these settings.
   *
   * @throws IllegalArgumentException if it cannot generate so, saying why
   */
  Stepper stepper(DiffusionConfig diffusion, ConditionDropout dropout) {
    if (guidance != 1 && dropout.share() == 0) {
      throw new IllegalArgumentException(
          "guidance "
              + guidance
              + " needs a decoder that was trained without tokens now and then, but"
              + " cls_free_guidance_dropout is 0. Use guidance 1, or train with a dropout such as"
              + " 0.2");
    }
    return new DdimStepper(
        diffusion.noise(), diffusion.prediction(), spacing, steps, diffusion.clips());
  }
}
