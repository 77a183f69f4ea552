package dev.masquerade.masking.place;

/**
 * Every random choice of mask makers. {@link RandomPlaceDraws} draws at random; tests replay
 * recorded draws. Used by one thread.
 */
public interface PlaceDraws {

  /** Returns a number drawn evenly from {@code [0, 1)}. */
  double unit();

  /** Returns a number drawn evenly between two, whichever of them is larger. */
  double between(double from, double to);

  /**
   * Returns a whole number drawn evenly from {@code [0, bound)}.
   *
   * @param bound at least 1
   */
  int below(int bound);

  /**
   * Draws the beginning of a random order of the numbers {@code [first, first + total)}.
   *
   * @param count how many to draw, at most {@code total}
   * @param into receives all {@code total} numbers from {@code at} on: the first {@code count} in
   *     random order, every selection and order being equally likely; then the others
   */
  void order(int first, int total, int count, int[] into, int at);
}
