package dev.masquerade.data.augment;

import dev.masquerade.modality.ChannelStatistics;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/*
 * As timm's with mode "pixel" [1]: area and shape are drawn up to ten times until the rectangle fits,
 * and each sample becomes normal noise. The reference erases normalised pixels, of mean 0 and
 * deviation 1; ours travel as 8 bits, so that noise has the mean and deviation of ImageNet and is
 * limited to the range of 8 bits.
 *
 * [1] Zhong et al.: Random Erasing Data Augmentation, arXiv 1708.04896.
 */
/**
 * Covers rectangles with noise.
 *
 * @param probability that anything is covered, in {@code [0, 1]}
 * @param minArea smallest area as a share of the picture's
 * @param maxArea largest area of all rectangles together
 * @param count rectangles, at least 1; they share the area
 */
public record RandomErasing(double probability, double minArea, double maxArea, int count)
    implements Retoucher {

  private static final int TRIES = 10;
  private static final double MIN_RATIO = 0.3;

  public RandomErasing {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("a probability must lie in [0, 1], was " + probability);
    }
    if (!(minArea > 0 && minArea <= maxArea && maxArea <= 1) || count < 1) {
      throw new IllegalArgumentException(
          "areas must be 0 < min <= max <= 1 and a rectangle is needed, were "
              + minArea
              + ", "
              + maxArea
              + " and "
              + count);
    }
  }

  /** Returns one rectangle of 2 % to a third of the area. */
  public static RandomErasing of(double probability) {
    return new RandomErasing(probability, 0.02, 1.0 / 3, 1);
  }

  @Override
  public byte[] retouch(byte[] rgb, int height, int width, UniformRandomProvider rng) {
    if (rng.nextDouble() >= probability) {
      return rgb;
    }
    for (int i = 0; i < count; i++) {
      cover(rgb, height, width, rng);
    }
    return rgb;
  }

  private void cover(byte[] rgb, int height, int width, UniformRandomProvider rng) {
    double logRatio = Math.log(1 / MIN_RATIO);
    for (int i = 0; i < TRIES; i++) {
      double share = minArea + (maxArea - minArea) * rng.nextDouble();
      double area = share * height * width / count;
      double ratio = Math.exp(logRatio * (2 * rng.nextDouble() - 1));
      int rows = (int) Math.rint(Math.sqrt(area * ratio));
      int columns = (int) Math.rint(Math.sqrt(area / ratio));
      if (rows < height && columns < width) {
        int top = rng.nextInt(height - rows + 1);
        int left = rng.nextInt(width - columns + 1);
        noise(rgb, width, top, left, rows, columns, rng);
        return;
      }
    }
  }

  private static void noise(
      byte[] rgb, int width, int top, int left, int rows, int columns, UniformRandomProvider rng) {
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(rng);
    ChannelStatistics colours = ChannelStatistics.IMAGENET;
    for (int y = top; y < top + rows; y++) {
      for (int x = left; x < left + columns; x++) {
        for (int channel = 0; channel < 3; channel++) {
          double value =
              colours.mean().get(channel) + colours.deviation().get(channel) * normal.sample();
          rgb[(y * width + x) * 3 + channel] =
              (byte) (int) Math.rint(255 * Math.max(0, Math.min(1, value)));
        }
      }
    }
  }
}
