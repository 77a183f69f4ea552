package dev.masquerade.model.weights;

import java.util.Arrays;

/**
 * Takes position tables from one grid to another, square or not, so that weights serve images of
 * other sizes than they were trained on.
 */
public final class PositionResizing {

  private PositionResizing() {}

  /**
   * Resizes a table whose rows are the places of a grid, row by row.
   *
   * @param table (prefix + rows * columns, width)
   * @param prefix first rows, of class and register tokens, which stay as they are
   * @param width D
   * @param rows height of the old grid
   * @param columns width of the old grid
   * @param newRows height of the new grid
   * @param newColumns width of the new grid
   * @return (prefix + newRows * newColumns, width); equal to {@code table} where the grids are
   * @throws IllegalArgumentException if the table is not of the old grid
   */
  public static float[] places(
      float[] table,
      int prefix,
      int width,
      int rows,
      int columns,
      int newRows,
      int newColumns,
      Resampling resampling) {
    check(table.length, prefix, width, rows, columns, newRows, newColumns);
    if (rows == newRows && columns == newColumns) {
      return table.clone();
    }
    double[][] across = resampling.mixture(columns, newColumns);
    double[][] down = resampling.mixture(rows, newRows);
    double[] wide = new double[rows * newColumns * width];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < newColumns; column++) {
        for (int old = 0; old < columns; old++) {
          double share = across[column][old];
          if (share != 0) {
            int from = (prefix + row * columns + old) * width;
            int to = (row * newColumns + column) * width;
            for (int d = 0; d < width; d++) {
              wide[to + d] += share * table[from + d];
            }
          }
        }
      }
    }
    float[] resized = new float[Math.multiplyExact(prefix + newRows * newColumns, width)];
    System.arraycopy(table, 0, resized, 0, prefix * width);
    double[] sum = new double[width];
    for (int row = 0; row < newRows; row++) {
      for (int column = 0; column < newColumns; column++) {
        Arrays.fill(sum, 0);
        for (int old = 0; old < rows; old++) {
          double share = down[row][old];
          if (share != 0) {
            int from = (old * newColumns + column) * width;
            for (int d = 0; d < width; d++) {
              sum[d] += share * wide[from + d];
            }
          }
        }
        int to = (prefix + row * newColumns + column) * width;
        for (int d = 0; d < width; d++) {
          resized[to + d] = (float) sum[d];
        }
      }
    }
    return resized;
  }

  /**
   * Resizes a table of planes, one per number of the width.
   *
   * @param planes (width, rows, columns)
   * @return (width, newRows, newColumns)
   */
  public static float[] planes(
      float[] planes,
      int width,
      int rows,
      int columns,
      int newRows,
      int newColumns,
      Resampling resampling) {
    check(planes.length, 0, width, rows, columns, newRows, newColumns);
    float[] resized = new float[Math.multiplyExact(newRows * newColumns, width)];
    for (int d = 0; d < width; d++) {
      float[] plane = Arrays.copyOfRange(planes, d * rows * columns, (d + 1) * rows * columns);
      System.arraycopy(
          places(plane, 0, 1, rows, columns, newRows, newColumns, resampling),
          0,
          resized,
          d * newRows * newColumns,
          newRows * newColumns);
    }
    return resized;
  }

  private static void check(
      int length, int prefix, int width, int rows, int columns, int newRows, int newColumns) {
    if (prefix < 0
        || width < 1
        || Math.min(rows, columns) < 1
        || Math.min(newRows, newColumns) < 1) {
      throw new IllegalArgumentException(
          "grids of "
              + rows
              + " x "
              + columns
              + " and "
              + newRows
              + " x "
              + newColumns
              + " places need at least one place each way");
    }
    if (length != ((long) prefix + (long) rows * columns) * width) {
      throw new IllegalArgumentException(
          "a table of "
              + length
              + " values is not one of "
              + prefix
              + " + "
              + rows
              + " x "
              + columns
              + " positions of width "
              + width);
    }
  }
}
