package dev.masquerade.data.augment;

import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.View;

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
}
