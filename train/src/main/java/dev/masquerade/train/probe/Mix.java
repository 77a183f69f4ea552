package dev.masquerade.train.probe;

/**
 * What becomes of one picture of a batch.
 *
 * @param partner row that is mixed into it
 * @param own share of it that stays its own, in {@code [0, 1]}: of every pixel, or of the area
 * @param cut the rectangle that is the partner's; empty for mixup, which mixes every pixel
 */
record Mix(int partner, double own, Rectangle cut) {

  /**
   * Pixels from {@code top} and {@code left} up to, not including, {@code bottom} and {@code
   * right}.
   */
  record Rectangle(int top, int left, int bottom, int right) {
    static final Rectangle NONE = new Rectangle(0, 0, 0, 0);

    int area() {
      return (bottom - top) * (right - left);
    }
  }

  /**
   * Mixes 8-bit patches.
   *
   * @param picture (L, patch x patch x channels) of the row, patches row by row, each flattened
   *     row, column, channel
   * @param other the partner's, likewise
   * @param columns patches side by side
   * @param patch edge of a patch, in pixels
   * @return a mixed copy; where every pixel is mixed, each is rounded to the nearest of 8 bits
   */
  byte[] apply(byte[] picture, byte[] other, int columns, int patch, int channels) {
    byte[] mixed = picture.clone();
    if (own == 1) {
      return mixed;
    }
    if (cut.area() == 0) {
      for (int i = 0; i < mixed.length; i++) {
        double value = own * (picture[i] & 0xff) + (1 - own) * (other[i] & 0xff);
        mixed[i] = (byte) Math.rint(value);
      }
      return mixed;
    }
    for (int y = cut.top(); y < cut.bottom(); y++) {
      for (int x = cut.left(); x < cut.right(); x++) {
        int place = y / patch * columns + x / patch;
        int at = ((place * patch + y % patch) * patch + x % patch) * channels;
        System.arraycopy(other, at, mixed, at, channels);
      }
    }
    return mixed;
  }
}
