package dev.masquerade.model.codec.diffusion;

/*
 * A picture x of variance 1 becomes sqrt(a) x + sqrt(1 - a) n at timestep t, where a is the product
 * of 1 - beta over the steps up to t, and n is normal noise [1].
 *
 * The usual schedules leave a little of the picture at the last timestep. A network trained so has
 * never seen pure noise, from which generation starts, and keeps the mean brightness of that
 * remainder. [2] moves and stretches sqrt(a) such that the last is 0 and the first stays.
 *
 * [1] Ho, Jain, Abbeel: Denoising Diffusion Probabilistic Models, 2020.
 * [2] Lin, Liu, Li, Yang: Common Diffusion Noise Schedules and Sample Steps are Flawed, 2023.
 */
/** How much of a picture is left at each timestep of a diffusion. */
public final class NoiseSchedule {

  private final double[] kept;

  private NoiseSchedule(double[] kept) {
    this.kept = kept;
  }

  /**
   * Computes a schedule.
   *
   * @param steps timesteps that a network is trained with, at least 2
   * @param zeroTerminalSnr whether nothing of the picture is left at the last
   */
  public static NoiseSchedule of(BetaSchedule schedule, int steps, boolean zeroTerminalSnr) {
    if (steps < 2) {
      throw new IllegalArgumentException(
          "num_train_timesteps must be at least 2, was " + steps + "; 1000 is usual");
    }
    double[] kept = schedule.betas(steps);
    double product = 1;
    for (int t = 0; t < steps; t++) {
      product *= 1 - kept[t];
      kept[t] = product;
    }
    return new NoiseSchedule(zeroTerminalSnr ? stretched(kept) : kept);
  }

  private static double[] stretched(double[] kept) {
    double first = Math.sqrt(kept[0]);
    double last = Math.sqrt(kept[kept.length - 1]);
    double[] stretched = new double[kept.length];
    for (int t = 0; t < kept.length; t++) {
      double signal = (Math.sqrt(kept[t]) - last) * first / (first - last);
      stretched[t] = signal * signal;
    }
    return stretched;
  }

  /** Returns the number of timesteps. */
  public int steps() {
    return kept.length;
  }

  /**
   * Returns the share of the picture's variance that is left: falls from nearly 1 at timestep 0.
   * Before timestep 0, at any negative one, there is no noise: 1.
   */
  public double kept(int timestep) {
    return timestep < 0 ? 1 : kept[timestep];
  }

  /** Returns the factor of the picture, the square root of {@link #kept}. */
  public double signal(int timestep) {
    return Math.sqrt(kept(timestep));
  }

  /** Returns the factor of the noise. */
  public double noise(int timestep) {
    return Math.sqrt(1 - kept(timestep));
  }
}
