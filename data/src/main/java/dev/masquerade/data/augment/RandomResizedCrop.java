package dev.masquerade.data.augment;

import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.View;
import org.apache.commons.rng.UniformRandomProvider;

/*
 * Area and shape are drawn, then the place: the area uniformly, the ratio of sides uniformly on a
 * logarithmic scale, so that wide and tall are equally likely [1]. A rectangle that does not fit is
 * drawn again, ten times; then the largest centred rectangle of an allowed shape is taken, as
 * torchvision does.
 *
 * [1] Szegedy et al.: Going Deeper with Convolutions. https://arxiv.org/abs/1409.4842
 */
/** Takes a random rectangle on whole pixels. */
public final class RandomResizedCrop implements Augmenter {

  private static final int TRIES = 10;

  private final double minScale;
  private final double maxScale;
  private final double minRatio;
  private final double maxRatio;
  private final FlipProbability flip;

  /**
   * Creates it.
   *
   * @param minScale smallest area as a fraction of the picture's
   * @param maxScale largest area as a fraction of the picture's
   * @param minRatio smallest width divided by height
   * @param maxRatio largest width divided by height
   * @param flipProbability in {@code [0, 1]}
   */
  public RandomResizedCrop(
      double minScale, double maxScale, double minRatio, double maxRatio, double flipProbability) {
    if (!(minScale > 0 && minScale <= maxScale && maxScale <= 1)) {
      throw new IllegalArgumentException(
          "scales must be 0 < min <= max <= 1, were " + minScale + " and " + maxScale);
    }
    if (!(minRatio > 0 && minRatio <= maxRatio) || Double.isInfinite(maxRatio)) {
      throw new IllegalArgumentException(
          "ratios must be 0 < min <= max, were " + minRatio + " and " + maxRatio);
    }
    this.minScale = minScale;
    this.maxScale = maxScale;
    this.minRatio = minRatio;
    this.maxRatio = maxRatio;
    this.flip = new FlipProbability(flipProbability);
  }

  @Override
  public View view(SampleFrame frame, UniformRandomProvider rng) {
    return flip.apply(rectangle(frame.size(), rng), rng);
  }

  private View rectangle(FrameSize size, UniformRandomProvider rng) {
    double area = (double) size.height() * size.width();
    double logMin = Math.log(minRatio);
    double logMax = Math.log(maxRatio);
    for (int i = 0; i < TRIES; i++) {
      double target = area * (minScale + (maxScale - minScale) * rng.nextDouble());
      double ratio = Math.exp(logMin + (logMax - logMin) * rng.nextDouble());
      long width = Math.round(Math.sqrt(target * ratio));
      long height = Math.round(Math.sqrt(target / ratio));
      if (width >= 1 && width <= size.width() && height >= 1 && height <= size.height()) {
        int top = rng.nextInt(size.height() - (int) height + 1);
        int left = rng.nextInt(size.width() - (int) width + 1);
        return PixelRectangle.view(size, top, left, (int) height, (int) width);
      }
    }
    return centred(size);
  }

  private View centred(FrameSize size) {
    double ratio = (double) size.width() / size.height();
    int width = size.width();
    int height = size.height();
    if (ratio < minRatio) {
      height = (int) Math.max(1, Math.round(width / minRatio));
    } else if (ratio > maxRatio) {
      width = (int) Math.max(1, Math.round(height * maxRatio));
    }
    return PixelRectangle.view(
        size, (size.height() - height) / 2, (size.width() - width) / 2, height, width);
  }

  @Override
  public String toString() {
    return "random resized crop, scale "
        + minScale
        + " to "
        + maxScale
        + ", ratio "
        + minRatio
        + " to "
        + maxRatio
        + ", flip "
        + flip.value();
  }
}
