package dev.masquerade.modality;

/**
 * Channels of numbers over a frame, plane by plane. The array is owned by the planes.
 *
 * @param channels number of planes
 * @param height rows
 * @param width columns
 * @param values (channels, height, width)
 */
public record Planes(int channels, int height, int width, float[] values) {
  public Planes {
    if (values.length != channels * height * width) {
      throw new IllegalArgumentException(
          "("
              + channels
              + ", "
              + height
              + ", "
              + width
              + ") planes hold "
              + channels * height * width
              + " values, were given "
              + values.length);
    }
  }

  /** Creates planes of zeros. */
  public static Planes zeros(int channels, int height, int width) {
    return new Planes(channels, height, width, new float[channels * height * width]);
  }

  /** Returns one number. */
  public float at(int channel, int row, int column) {
    return values[(channel * height + row) * width + column];
  }
}
