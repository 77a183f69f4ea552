package dev.masquerade.data.augment;

import org.apache.commons.rng.UniformRandomProvider;

/*
 * The appearance part of the two views of BYOL [1], in its order: colour jitter, grey scale, blur,
 * solarisation. The four parts of the jitter come in an order drawn each time, as torchvision's.
 *
 * [1] Grill et al.: Bootstrap your own latent, arXiv 2006.07733, appendix B.
 */
/**
 * Changes colours and sharpness, never places.
 *
 * @param jitterProbability of the four changes of colour together
 * @param brightness its share is drawn from {@code 1 - brightness} (at least 0) to {@code 1 +
 *     brightness}
 * @param contrast likewise
 * @param saturation likewise
 * @param hue colours turn by up to this part of the circle either way, at most 0.5
 * @param greyProbability of losing all colour
 * @param blurProbability of a Gaussian blur
 * @param minSigma smallest deviation of the blur, in pixels, positive
 * @param maxSigma largest deviation
 * @param solariseProbability of inverting bright samples
 * @param solariseThreshold smallest sample that is inverted, in {@code [0, 256]}
 */
public record Photometric(
    double jitterProbability,
    double brightness,
    double contrast,
    double saturation,
    double hue,
    double greyProbability,
    double blurProbability,
    double minSigma,
    double maxSigma,
    double solariseProbability,
    int solariseThreshold)
    implements Retoucher {

  /** The first view of BYOL: always blurred, never solarised. */
  public static final Photometric FIRST_VIEW =
      new Photometric(0.8, 0.4, 0.4, 0.2, 0.1, 0.2, 1, 0.1, 2, 0, 128);

  /** The second view of BYOL: seldom blurred, sometimes solarised. */
  public static final Photometric SECOND_VIEW =
      new Photometric(0.8, 0.4, 0.4, 0.2, 0.1, 0.2, 0.1, 0.1, 2, 0.2, 128);

  public Photometric {
    for (double probability :
        new double[] {jitterProbability, greyProbability, blurProbability, solariseProbability}) {
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException("a probability must lie in [0, 1], was " + probability);
      }
    }
    if (!(brightness >= 0 && contrast >= 0 && saturation >= 0 && hue >= 0 && hue <= 0.5)) {
      throw new IllegalArgumentException(
          "strengths must be at least 0, and of hue at most 0.5; were "
              + brightness
              + ", "
              + contrast
              + ", "
              + saturation
              + ", "
              + hue);
    }
    if (!(minSigma > 0 && minSigma <= maxSigma) || Double.isInfinite(maxSigma)) {
      throw new IllegalArgumentException(
          "deviations must be 0 < min <= max, were " + minSigma + " and " + maxSigma);
    }
    if (solariseThreshold < 0 || solariseThreshold > 256) {
      throw new IllegalArgumentException(
          "solariseThreshold must be 0 to 256, was " + solariseThreshold);
    }
  }

  @Override
  public byte[] retouch(byte[] rgb, int height, int width, UniformRandomProvider rng) {
    // All is drawn, whether it is used or not, so that no probability moves another one's draws.
    boolean jitters = rng.nextDouble() < jitterProbability;
    int[] order = order(rng);
    double[] shares = {
      share(brightness, rng), share(contrast, rng), share(saturation, rng), between(-hue, hue, rng)
    };
    boolean grey = rng.nextDouble() < greyProbability;
    boolean blurs = rng.nextDouble() < blurProbability;
    double sigma = between(minSigma, maxSigma, rng);
    boolean solarises = rng.nextDouble() < solariseProbability;
    if (jitters) {
      for (int part : order) {
        jitter(rgb, part, shares[part]);
      }
    }
    if (grey) {
      Colours.grey(rgb);
    }
    byte[] result = blurs ? Colours.blur(rgb, height, width, sigma) : rgb;
    if (solarises) {
      Colours.solarise(result, solariseThreshold);
    }
    return result;
  }

  private static void jitter(byte[] rgb, int part, double share) {
    switch (part) {
      case 0 -> Colours.brightness(rgb, share);
      case 1 -> Colours.contrast(rgb, share);
      case 2 -> Colours.saturation(rgb, share);
      default -> Colours.hue(rgb, share);
    }
  }

  private static int[] order(UniformRandomProvider rng) {
    int[] order = {0, 1, 2, 3};
    for (int i = 3; i > 0; i--) {
      int other = rng.nextInt(i + 1);
      int held = order[i];
      order[i] = order[other];
      order[other] = held;
    }
    return order;
  }

  private static double share(double strength, UniformRandomProvider rng) {
    return between(Math.max(0, 1 - strength), 1 + strength, rng);
  }

  private static double between(double low, double high, UniformRandomProvider rng) {
    return low + (high - low) * rng.nextDouble();
  }
}
