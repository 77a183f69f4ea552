package dev.masquerade.modality;

/**
 * Changes what a view of colours looks like after it was cut out and resized: colours, sharpness,
 * what is covered. Only pixels that an encoder sees are retouched; ids, classes and depth of the
 * same view stay true. A pure function, so that every use of a view sees the same.
 */
@FunctionalInterface
public interface Retouch {

  /** Leaves a picture as it is. */
  Retouch NONE = (rgb, height, width) -> rgb;

  /**
   * Retouches a picture.
   *
   * @param rgb (height, width, 3) 8-bit samples, left as they are
   * @return samples of the same size; {@code rgb} itself where nothing changed
   */
  byte[] apply(byte[] rgb, int height, int width);
}
