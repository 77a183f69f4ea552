package dev.masquerade.modality.image;

import dev.masquerade.modality.FrameSize;

/**
 * A picture of one unsigned number of up to 16 bits per pixel: a class, a depth. The array is
 * handed over: whoever made it must not write to it again.
 *
 * @param height rows
 * @param width columns
 * @param samples (height, width)
 */
public record NumberImage(int height, int width, char[] samples) {
  public NumberImage {
    if (samples.length != height * width) {
      throw new IllegalArgumentException(
          "a picture of " + height + " x " + width + " was given " + samples.length + " samples");
    }
  }

  /** Returns its size. */
  public FrameSize size() {
    return new FrameSize(height, width);
  }
}
