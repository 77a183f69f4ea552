package dev.masquerade.data.augment;

import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.View;
import org.apache.commons.rng.UniformRandomProvider;

/** Takes the largest centred square. */
public final class CentreCrop implements Augmenter {

  private final FlipProbability flip;

  /** Creates it with a probability of flipping, in {@code [0, 1]}. */
  public CentreCrop(double flipProbability) {
    flip = new FlipProbability(flipProbability);
  }

  @Override
  public View view(SampleFrame frame, UniformRandomProvider rng) {
    return flip.apply(of(frame.size()), rng);
  }

  /** Returns the largest centred square of a picture, on whole pixels. */
  public static View of(FrameSize size) {
    return of(size, 1, 1);
  }

  /**
   * Returns the largest centred part of a picture whose sides are as {@code height} to {@code
   * width}, on whole pixels.
   */
  public static View of(FrameSize size, int height, int width) {
    double scale = Math.min((double) size.height() / height, (double) size.width() / width);
    int rows = Math.max(1, (int) Math.min(size.height(), Math.rint(scale * height)));
    int columns = Math.max(1, (int) Math.min(size.width(), Math.rint(scale * width)));
    return PixelRectangle.view(
        size, (size.height() - rows) / 2, (size.width() - columns) / 2, rows, columns);
  }

  @Override
  public String toString() {
    return "centre crop, flip " + flip.value();
  }
}
