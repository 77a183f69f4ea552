package dev.masquerade.modality;

/**
 * Size of a picture in pixels.
 *
 * @param height at least 1
 * @param width at least 1
 */
public record FrameSize(int height, int width) {
  public FrameSize {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a picture needs at least one pixel, was " + height + " x " + width);
    }
  }
}
