package dev.masquerade.data.augment;

import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.View;
import org.apache.commons.rng.UniformRandomProvider;

/*
 * The crop of MAE's linear probe: sides are drawn once, and one that is longer than the picture's
 * becomes the picture's. The first crops of ImageNet networks were drawn so; crops come out larger
 * and closer to the shape of the picture than where misfits are drawn again.
 */
/**
 * Takes a random rectangle on whole pixels, drawn once and cut to the picture where it is larger.
 */
public final class SingleDrawCrop implements Augmenter {

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
  public SingleDrawCrop(
      double minScale, double maxScale, double minRatio, double maxRatio, double flipProbability) {
    this.shape = new CropShape(minScale, maxScale, minRatio, maxRatio);
    this.flip = new FlipProbability(flipProbability);
  }

  @Override
  public View view(SampleFrame frame, UniformRandomProvider rng) {
    FrameSize size = frame.size();
    CropShape.Sides sides = shape.draw(size, rng);
    int height = (int) Math.max(1, Math.min(sides.height(), size.height()));
    int width = (int) Math.max(1, Math.min(sides.width(), size.width()));
    return flip.apply(PixelRectangle.somewhere(size, height, width, rng), rng);
  }

  @Override
  public String toString() {
    return "random resized crop drawn once, " + shape + ", flip " + flip.value();
  }
}
