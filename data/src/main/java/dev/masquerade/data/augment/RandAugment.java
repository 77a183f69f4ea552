package dev.masquerade.data.augment;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/*
 * RandAugment [1] as timm reads "rand-m9-mstd0.5-inc1": two operations are drawn from fifteen, with
 * repetition; each is done with a probability of a half, at a magnitude drawn about 9 of 10, and
 * every operation is the stronger the larger its magnitude ("inc1").
 *
 * Turns, shears and shifts move what they show, so that other modalities of the sample no longer
 * lie under the pixels: for training on pixels alone.
 *
 * [1] Cubuk et al.: RandAugment, arXiv 1909.13719.
 */
/**
 * Distorts a picture by a few operations drawn at random.
 *
 * @param operations drawn, at least 0
 * @param magnitude mean strength, in {@code [0, 10]}
 * @param deviation of the strength, which is limited to {@code [0, 10]}
 */
public record RandAugment(int operations, double magnitude, double deviation) implements Retoucher {

  /** The setting of MAE's fine-tuning: two operations at 9 of 10, give or take a half. */
  public static final RandAugment REFERENCE = new RandAugment(2, 9, 0.5);

  private static final double DONE = 0.5;
  private static final double STRONGEST = 10;

  public RandAugment {
    if (operations < 0 || !(magnitude >= 0 && magnitude <= STRONGEST) || !(deviation >= 0)) {
      throw new IllegalArgumentException(
          "operations and deviation must be at least 0 and magnitude 0 to 10, were "
              + operations
              + ", "
              + deviation
              + " and "
              + magnitude);
    }
  }

  /** What can be done. */
  enum Operation {
    STRETCH,
    EQUALISE,
    INVERT,
    ROTATE,
    POSTERISE,
    SOLARISE,
    SOLARISE_ADD,
    SATURATION,
    CONTRAST,
    BRIGHTNESS,
    SHARPNESS,
    SHEAR_ACROSS,
    SHEAR_DOWN,
    SHIFT_ACROSS,
    SHIFT_DOWN
  }

  @Override
  public byte[] retouch(byte[] rgb, int height, int width, UniformRandomProvider rng) {
    Operation[] all = Operation.values();
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(rng);
    byte[] result = rgb;
    for (int i = 0; i < operations; i++) {
      Operation operation = all[rng.nextInt(all.length)];
      boolean done = rng.nextDouble() < DONE;
      double strength = magnitude + deviation * normal.sample();
      double level = Math.max(0, Math.min(STRONGEST, strength)) / STRONGEST;
      boolean negative = rng.nextDouble() < 0.5;
      if (done) {
        result = apply(operation, result, height, width, level, negative ? -1 : 1);
      }
    }
    return result;
  }

  /**
   * Does one operation.
   *
   * @param rgb may be written to
   * @param level in {@code [0, 1]}
   * @param sign which way, for operations that have two
   */
  static byte[] apply(
      Operation operation, byte[] rgb, int height, int width, double level, int sign) {
    double share = Math.max(0.1, 1 + sign * 0.9 * level);
    double shear = sign * 0.3 * level;
    double shift = sign * 0.45 * level;
    switch (operation) {
      case STRETCH -> Colours.stretch(rgb);
      case EQUALISE -> Colours.equalise(rgb);
      case INVERT -> Colours.solarise(rgb, 0);
      case POSTERISE -> Colours.posterise(rgb, 4 - (int) (4 * level));
      case SOLARISE -> Colours.solarise(rgb, 256 - (int) (256 * level));
      case SOLARISE_ADD -> Colours.solariseAdd(rgb, (int) (110 * level));
      case SATURATION -> Colours.saturation(rgb, share);
      case CONTRAST -> Colours.contrast(rgb, share);
      case BRIGHTNESS -> Colours.brightness(rgb, share);
      case SHARPNESS -> {
        return Colours.sharpness(rgb, height, width, share);
      }
      case ROTATE -> {
        return AffineWarp.rotation(sign * 30 * level, height, width).apply(rgb, height, width);
      }
      case SHEAR_ACROSS -> {
        return new AffineWarp(1, shear, 0, 0, 1, 0).apply(rgb, height, width);
      }
      case SHEAR_DOWN -> {
        return new AffineWarp(1, 0, 0, shear, 1, 0).apply(rgb, height, width);
      }
      case SHIFT_ACROSS -> {
        return new AffineWarp(1, 0, shift * width, 0, 1, 0).apply(rgb, height, width);
      }
      case SHIFT_DOWN -> {
        return new AffineWarp(1, 0, 0, 0, 1, shift * height).apply(rgb, height, width);
      }
    }
    return rgb;
  }
}
