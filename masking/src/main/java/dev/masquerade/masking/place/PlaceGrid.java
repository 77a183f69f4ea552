package dev.masquerade.masking.place;

/**
 * A grid of places that are numbered row by row.
 *
 * @param rows at least 1
 * @param columns at least 1
 */
public record PlaceGrid(int rows, int columns) {

  public PlaceGrid {
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "a grid needs at least one row and one column, was " + rows + " x " + columns);
    }
  }

  /** Returns the number of places. */
  public int places() {
    return rows * columns;
  }

  @Override
  public String toString() {
    return rows + " x " + columns;
  }
}
