package dev.masquerade.data.augment;

import dev.masquerade.modality.FrameSize;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Which rectangles a random crop draws from: the area uniformly, the ratio of sides uniformly on a
 * logarithmic scale, so that wide and tall are equally likely.
 *
 * @param minScale smallest area as a fraction of the picture's
 * @param maxScale largest area as a fraction of the picture's
 * @param minRatio smallest width divided by height
 * @param maxRatio largest width divided by height
 */
record CropShape(double minScale, double maxScale, double minRatio, double maxRatio) {
  CropShape {
    if (!(minScale > 0 && minScale <= maxScale && maxScale <= 1)) {
      throw new IllegalArgumentException(
          "scales must be 0 < min <= max <= 1, were " + minScale + " and " + maxScale);
    }
    if (!(minRatio > 0 && minRatio <= maxRatio) || Double.isInfinite(maxRatio)) {
      throw new IllegalArgumentException(
          "ratios must be 0 < min <= max, were " + minRatio + " and " + maxRatio);
    }
  }

  /** Sides in pixels, which may be more than the picture has, or 0. */
  record Sides(long height, long width) {

    boolean fit(FrameSize size) {
      return width >= 1 && width <= size.width() && height >= 1 && height <= size.height();
    }
  }

  /** Draws sides; sides half way between two pixels become the even one. */
  Sides draw(FrameSize size, UniformRandomProvider rng) {
    double area = (double) size.height() * size.width();
    double logMin = Math.log(minRatio);
    double logMax = Math.log(maxRatio);
    double target = area * (minScale + (maxScale - minScale) * rng.nextDouble());
    double ratio = Math.exp(logMin + (logMax - logMin) * rng.nextDouble());
    return new Sides(
        (long) Math.rint(Math.sqrt(target / ratio)), (long) Math.rint(Math.sqrt(target * ratio)));
  }

  @Override
  public String toString() {
    return "scale " + minScale + " to " + maxScale + ", ratio " + minRatio + " to " + maxRatio;
  }
}
