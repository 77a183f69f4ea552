package dev.masquerade.modality.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a stored picture must be turned to stand upright, numbered as Exif numbers it.
 *
 * @param number 1 to 8; 1 is upright
 */
record Orientation(int number) {

  static final Orientation UPRIGHT = new Orientation(1);

  private static final int TAG = 0x0112;

  /** Says whether rows become columns. */
  boolean turnsSideways() {
    return number >= 5;
  }

  /**
   * Reads the orientation from a TIFF structure, the content of an Exif block. Cameras write many
   * kinds of nonsense here, which says nothing about the pixels: whatever cannot be understood
   * counts as upright.
   */
  static Orientation read(byte[] bytes, int from, int length) {
    if (length < 14) {
      return UPRIGHT;
    }
    ByteBuffer tiff = ByteBuffer.wrap(bytes, from, length).slice();
    if (tiff.get(0) == 'I' && tiff.get(1) == 'I') {
      tiff.order(ByteOrder.LITTLE_ENDIAN);
    } else if (tiff.get(0) != 'M' || tiff.get(1) != 'M') {
      return UPRIGHT;
    }
    int directory = tiff.getInt(4);
    if (tiff.getShort(2) != 42 || directory < 8 || directory > length - 2) {
      return UPRIGHT;
    }
    int entries = tiff.getShort(directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + 12 * i;
      if (entry + 12 > length) {
        return UPRIGHT;
      }
      if ((tiff.getShort(entry) & 0xffff) == TAG) {
        int number = tiff.getShort(entry + 8);
        return number >= 1 && number <= 8 ? new Orientation(number) : UPRIGHT;
      }
    }
    return UPRIGHT;
  }

  PixelImage apply(PixelImage image) {
    if (number == 1) {
      return image;
    }
    int channels = image.channels();
    byte[] from = image.samples();
    byte[] to = new byte[from.length];
    int[] order = order(image.height(), image.width());
    for (int pixel = 0; pixel < order.length; pixel++) {
      for (int channel = 0; channel < channels; channel++) {
        to[pixel * channels + channel] = from[order[pixel] * channels + channel];
      }
    }
    return turnsSideways()
        ? new PixelImage(image.width(), image.height(), channels, to)
        : new PixelImage(image.height(), image.width(), channels, to);
  }

  NumberImage apply(NumberImage image) {
    if (number == 1) {
      return image;
    }
    char[] from = image.samples();
    char[] to = new char[from.length];
    int[] order = order(image.height(), image.width());
    for (int pixel = 0; pixel < order.length; pixel++) {
      to[pixel] = from[order[pixel]];
    }
    return turnsSideways()
        ? new NumberImage(image.width(), image.height(), to)
        : new NumberImage(image.height(), image.width(), to);
  }

  /** Returns for every pixel of the upright picture the pixel of the stored one that it shows. */
  private int[] order(int height, int width) {
    int rows = turnsSideways() ? width : height;
    int columns = turnsSideways() ? height : width;
    int[] order = new int[rows * columns];
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        int source =
            switch (number) {
              case 2 -> y * width + (width - 1 - x);
              case 3 -> (height - 1 - y) * width + (width - 1 - x);
              case 4 -> (height - 1 - y) * width + x;
              case 5 -> x * width + y;
              case 6 -> (height - 1 - x) * width + y;
              case 7 -> (height - 1 - x) * width + (width - 1 - y);
              case 8 -> x * width + (width - 1 - y);
              default -> y * width + x;
            };
        order[y * columns + x] = source;
      }
    }
    return order;
  }
}
