package dev.masquerade.data.augment;

import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.View;
import org.apache.commons.rng.UniformRandomProvider;

/*
 * "Resize the shorter side to 256 and cut 224 out of the centre", as evaluation on ImageNet has it,
 * is a view of the stored picture: the sizes of the resized picture are whole pixels, and the cut is
 * a fraction of them. Pixels around the cut are read as in the resized picture.
 */
/**
 * Takes a centred square that is a little smaller than the picture.
 *
 * @param resize shorter side of the picture, were it resized, in pixels
 * @param crop side of the square that is then cut out, in pixels
 */
public record ResizedCentreCrop(int resize, int crop) implements Augmenter {
  public ResizedCentreCrop {
    if (crop < 1 || crop > resize) {
      throw new IllegalArgumentException(
          "a crop must be from 1 pixel to the resized side, were " + crop + " of " + resize);
    }
  }

  @Override
  public View view(SampleFrame frame, UniformRandomProvider rng) {
    FrameSize size = frame.size();
    long shorter = Math.min(size.height(), size.width());
    FrameSize resized =
        new FrameSize(
            (int) ((long) resize * size.height() / shorter),
            (int) ((long) resize * size.width() / shorter));
    int top = (int) Math.rint((resized.height() - crop) / 2.0);
    int left = (int) Math.rint((resized.width() - crop) / 2.0);
    return PixelRectangle.view(resized, top, left, crop, crop).withSurroundings();
  }

  @Override
  public String toString() {
    return "shorter side to " + resize + ", centre crop " + crop;
  }
}
