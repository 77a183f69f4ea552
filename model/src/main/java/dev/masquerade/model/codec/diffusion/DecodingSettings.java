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
  static DecodingSettings usual(DivaeConfig config) {
    int steps = Math.min(USUAL_STEPS, config.diffusion().timesteps());
    return new DecodingSettings(steps, TimestepSpacing.TRAILING, 1, 0);
  }
}
