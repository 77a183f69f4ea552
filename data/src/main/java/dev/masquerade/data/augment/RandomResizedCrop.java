package dev.masquerade.data.augment;

import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.View;
import org.apache.commons.rng.UniformRandomProvider;

/*
 * Area and shape are drawn, then the place [1]. A rectangle that does not fit is drawn again, ten
 * times; then the largest centred rectangle of an allowed shape is taken, as torchvision does.
 *
 * [1] Szegedy et al.: Going Deeper with Convolutions. https://arxiv.org/abs/1409.4842
 */
/** Takes a random rectangle on whole pixels. */
public final class RandomResizedCrop implements Augmenter {

  private static final int TRIES = 10;

  private final CropShape shape;
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
    this.shape = new CropShape(minScale, maxScale, minRatio, maxRatio);
    this.flip = new FlipProbability(flipProbability);
  }

  @Override
  public View view(SampleFrame frame, UniformRandomProvider rng) {
    return flip.apply(rectangle(frame.size(), rng), rng);
  }

  private View rectangle(FrameSize size, UniformRandomProvider rng) {
    for (int i = 0; i < TRIES; i++) {
      CropShape.Sides sides = shape.draw(size, rng);
      if (sides.fit(size)) {
        return PixelRectangle.somewhere(size, (int) sides.height(), (int) sides.width(), rng);
      }
    }
    return centred(size);
  }

  private View centred(FrameSize size) {
    double ratio = (double) size.width() / size.height();
    int width = size.width();
    int height = size.height();
    if (ratio < shape.minRatio()) {
      height = (int) Math.max(1, Math.rint(width / shape.minRatio()));
    } else if (ratio > shape.maxRatio()) {
      width = (int) Math.max(1, Math.rint(height * shape.maxRatio()));
    }
    return PixelRectangle.view(
        size, (size.height() - height) / 2, (size.width() - width) / 2, height, width);
  }

  @Override
  public String toString() {
    return "random resized crop, " + shape + ", flip " + flip.value();
  }
}
