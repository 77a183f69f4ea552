package dev.masquerade.model.weights;

/**
 * Tables of sine-cosine positions.
 *
 * <p>Half of the values of a row are sines and half cosines of the position times frequencies that
 * fall geometrically from 1 towards 1/10000. On a grid one half of the width does so for the column
 * and the other for the row.
 */
public final class PositionTables {

  private static final double BASE = 10_000;

  private PositionTables() {}

  /**
   * Computes positions along a sequence.
   *
   * @param length rows
   * @param width D, even
   * @return (length, D)
   */
  public static float[] sequence(int length, int width) {
    if (width % 2 != 0) {
      throw new IllegalArgumentException(
          "sine-cosine positions need an even width, was " + width + ". Change dim");
    }
    float[] table = new float[Math.multiplyExact(length, width)];
    for (int position = 0; position < length; position++) {
      waves(position, table, position * width, width / 2);
    }
    return table;
  }

  /**
   * Computes positions on a grid.
   *
   * <p>Row {@code k} of the table belongs to column {@code k / rows} and row {@code k % rows} of
   * the grid, while tokens are numbered row by row. That is how the 4M reference and its released
   * weights have it: on a square grid rows and columns exchange their roles, and on any other grid
   * a token's position is not its place.
   *
   * @param rows height in tokens
   * @param columns width in tokens
   * @param width D, divisible by 4
   * @return (rows * columns, D): sines and cosines of the column, then of the row
   */
  public static float[] grid(int rows, int columns, int width) {
    if (width % 4 != 0) {
      throw new IllegalArgumentException(
          "sine-cosine positions on a grid need a width divisible by 4, was "
              + width
              + ". Change dim");
    }
    float[] table = new float[Math.multiplyExact(Math.multiplyExact(rows, columns), width)];
    int place = 0;
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        waves(column, table, place * width, width / 4);
        waves(row, table, place * width + width / 2, width / 4);
        place++;
      }
    }
    return table;
  }

  /**
   * Computes positions of the places of a grid as masked autoencoders have them: row {@code prefix
   * + place} of the table belongs to place {@code row * columns + column}.
   *
   * @param rows height in tokens
   * @param columns width in tokens
   * @param width D, divisible by 4
   * @param prefix rows of zeros that come first, for class and register tokens
   * @return (prefix + rows * columns, D): sines and cosines of the column, then of the row
   */
  public static float[] places(int rows, int columns, int width, int prefix) {
    if (width % 4 != 0) {
      throw new IllegalArgumentException(
          "sine-cosine positions on a grid need a width divisible by 4, was " + width);
    }
    int length = Math.addExact(prefix, Math.multiplyExact(rows, columns));
    float[] table = new float[Math.multiplyExact(length, width)];
    for (int place = 0; place < rows * columns; place++) {
      int at = (prefix + place) * width;
      waves(place % columns, table, at, width / 4);
      waves(place / columns, table, at + width / 2, width / 4);
    }
    return table;
  }

  /** Writes {@code count} sines, then as many cosines. */
  private static void waves(int position, float[] table, int at, int count) {
    for (int k = 0; k < count; k++) {
      double angle = position / Math.pow(BASE, (double) k / count);
      table[at + k] = (float) Math.sin(angle);
      table[at + count + k] = (float) Math.cos(angle);
    }
  }

  /**
   * Computes positions on a grid as planes, one per number of the width, which can be resized like
   * an image.
   *
   * @param rows height in tokens
   * @param columns width in tokens
   * @param width D, divisible by 4
   * @return (D, rows, columns): sines and cosines of the row, then of the column
   */
  public static float[] planes(int rows, int columns, int width) {
    if (width % 4 != 0) {
      throw new IllegalArgumentException(
          "sine-cosine positions on a grid need a width divisible by 4, was " + width);
    }
    int places = Math.multiplyExact(rows, columns);
    float[] planes = new float[Math.multiplyExact(places, width)];
    float[] one = new float[width];
    for (int place = 0; place < places; place++) {
      waves(place / columns, one, 0, width / 4);
      waves(place % columns, one, width / 2, width / 4);
      for (int d = 0; d < width; d++) {
        planes[d * places + place] = one[d];
      }
    }
    return planes;
  }
}
