package dev.masquerade.data.augment;

import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.View;
import org.apache.commons.rng.UniformRandomProvider;

/** Rectangles on whole pixels, as fractions of a picture. */
final class PixelRectangle {

  private PixelRectangle() {}

  static View view(FrameSize size, int top, int left, int height, int width) {
    return new View(
        (double) top / size.height(),
        (double) left / size.width(),
        (double) height / size.height(),
        (double) width / size.width(),
        false,
        0);
  }

  /** Puts a rectangle anywhere inside a picture, by two draws: its top, then its left. */
  static View somewhere(FrameSize size, int height, int width, UniformRandomProvider rng) {
    int top = rng.nextInt(size.height() - height + 1);
    int left = rng.nextInt(size.width() - width + 1);
    return view(size, top, left, height, width);
  }
}
