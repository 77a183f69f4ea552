package dev.masquerade.data.augment;

/**
 * Moves, turns and shears pictures: the pixel of a result at {@code (x, y)} is taken from {@code (a
 * x + b y + c, d x + e y + f)}, between pixels by a cubic with a = -0.5, and from a grey of
 * ImageNet's mean outside the picture.
 */
record AffineWarp(double a, double b, double c, double d, double e, double f) {

  private static final int[] FILL = {124, 116, 104};
  private static final double CUBIC = -0.5;

  /** Turns counter-clockwise about the centre. */
  static AffineWarp rotation(double degrees, int height, int width) {
    double angle = Math.toRadians(-degrees);
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    double x = width / 2.0;
    double y = height / 2.0;
    return new AffineWarp(cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y);
  }

  /**
   * Warps.
   *
   * @return other samples
   */
  byte[] apply(byte[] rgb, int height, int width) {
    byte[] result = new byte[rgb.length];
    double[] across = new double[4];
    double[] down = new double[4];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        double x = a * (column + 0.5) + b * (row + 0.5) + c;
        double y = d * (column + 0.5) + e * (row + 0.5) + f;
        int to = 3 * (row * width + column);
        if (x < 0 || x >= width || y < 0 || y >= height) {
          for (int channel = 0; channel < 3; channel++) {
            result[to + channel] = (byte) FILL[channel];
          }
          continue;
        }
        int left = (int) Math.floor(x - 0.5) - 1;
        int top = (int) Math.floor(y - 0.5) - 1;
        weights(x - 0.5 - Math.floor(x - 0.5), across);
        weights(y - 0.5 - Math.floor(y - 0.5), down);
        for (int channel = 0; channel < 3; channel++) {
          double sum = 0;
          for (int j = 0; j < 4; j++) {
            int line = Math.max(0, Math.min(height - 1, top + j)) * width;
            for (int i = 0; i < 4; i++) {
              int at = 3 * (line + Math.max(0, Math.min(width - 1, left + i))) + channel;
              sum += down[j] * across[i] * (rgb[at] & 0xff);
            }
          }
          result[to + channel] = (byte) (int) Math.rint(Math.max(0, Math.min(255, sum)));
        }
      }
    }
    return result;
  }

  /** Weights of the four pixels around a place that lies {@code t} behind the second of them. */
  private static void weights(double t, double[] weights) {
    for (int i = 0; i < 4; i++) {
      double x = Math.abs(t - (i - 1));
      weights[i] =
          x < 1
              ? ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1
              : x < 2 ? (((x - 5) * x + 8) * x - 4) * CUBIC : 0;
    }
  }
}
