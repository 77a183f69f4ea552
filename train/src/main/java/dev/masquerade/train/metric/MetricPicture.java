package dev.masquerade.train.metric;

/**
 * A picture that belongs to a step.
 *
 * @param name path such as {@code masks/rgb@64}
 * @param height in pixels
 * @param width in pixels
 * @param channels 1 grey, 3 RGB, 4 RGBA
 * @param png the encoded picture; handed over
 */
public record MetricPicture(String name, int height, int width, int channels, byte[] png) {
  public MetricPicture {
    if (height < 1 || width < 1 || (channels != 1 && channels != 3 && channels != 4)) {
      throw new IllegalArgumentException(
          "a picture needs pixels of 1, 3 or 4 channels, was "
              + height
              + " x "
              + width
              + " x "
              + channels);
    }
  }
}
