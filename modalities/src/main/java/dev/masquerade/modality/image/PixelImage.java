package dev.masquerade.modality.image;

import dev.masquerade.modality.FrameSize;

/**
 * A picture of 8-bit samples, flattened row, column, channel (channel fastest). The array is handed
 * over: whoever made it must not write to it again.
 *
 * @param height rows
 * @param width columns
 * @param channels samples per pixel
 * @param samples (height, width, channels)
 */
public record PixelImage(int height, int width, int channels, byte[] samples) {
  public PixelImage {
    if (samples.length != height * width * channels) {
      throw new IllegalArgumentException(
          "a picture of "
              + height
              + " x "
              + width
              + " x "
              + channels
              + " samples was given "
              + samples.length);
    }
  }

  /** Returns its size. */
  public FrameSize size() {
    return new FrameSize(height, width);
  }
}
