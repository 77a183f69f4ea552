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
    int edge = Math.min(size.height(), size.width());
    return PixelRectangle.view(
        size, (size.height() - edge) / 2, (size.width() - edge) / 2, edge, edge);
  }

  @Override
  public String toString() {
    return "centre crop, flip " + flip.value();
  }
}
