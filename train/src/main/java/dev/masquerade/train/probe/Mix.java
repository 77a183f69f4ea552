package dev.masquerade.train.probe;

import dev.masquerade.modality.image.PixelImage;

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
   * Mixes 8-bit pictures of one size.
   *
   * @param picture (height, width, channels) of the row
   * @param other the partner's, likewise
   * @return a mixed copy, or {@code picture} itself where nothing is mixed; where every pixel is
   *     mixed, each is rounded to the nearest of 8 bits
   */
  PixelImage apply(PixelImage picture, PixelImage other) {
    if (own == 1) {
      return picture;
    }
    byte[] mixed = picture.samples().clone();
    int channels = picture.channels();
    if (cut.area() == 0) {
      for (int i = 0; i < mixed.length; i++) {
        double value = own * (mixed[i] & 0xff) + (1 - own) * (other.samples()[i] & 0xff);
        mixed[i] = (byte) (int) Math.rint(value);
      }
    } else {
      int run = (cut.right() - cut.left()) * channels;
      for (int y = cut.top(); y < cut.bottom(); y++) {
        int at = (y * picture.width() + cut.left()) * channels;
        System.arraycopy(other.samples(), at, mixed, at, run);
      }
    }
    return new PixelImage(picture.height(), picture.width(), channels, mixed);
  }
}
