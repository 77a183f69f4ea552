package dev.masquerade.model.transformer;

import dev.masquerade.model.pack.PackedSide;
import java.util.Arrays;

/** How many places each row of a batch has, for rows that stand one after the other unpadded. */
public final class RowLengths {

  private static final int PER_RUN = 3;

  private final long[] lengths;

  private RowLengths(long[] lengths) {
    this.lengths = lengths;
  }

  /**
   * Takes the lengths of packed rows; a row without a valid token has length 0.
   *
   * @param rows B
   * @param leading places before every row's own, as registers are
   */
  public static RowLengths of(PackedSide side, int rows, int leading) {
    long[] lengths = new long[rows];
    for (int row = 0; row < rows; row++) {
      lengths[row] = (long) leading + side.valid(row);
    }
    return new RowLengths(lengths);
  }

  /** Returns the length of every row; not to be written to. */
  long[] all() {
    return lengths;
  }

  /** Returns B. */
  int rows() {
    return lengths.length;
  }

  /** Returns the length of the longest row. */
  long longest() {
    return Arrays.stream(lengths).max().orElse(0);
  }

  /** Returns the lengths of some rows. */
  RowLengths of(int[] rows) {
    return new RowLengths(Arrays.stream(rows).mapToLong(row -> lengths[row]).toArray());
  }

  /**
   * Joins neighbouring rows of equal lengths.
   *
   * @param seen how many places each row looks at
   * @return three numbers per run: rows, places that look, places that are looked at
   */
  long[] runs(RowLengths seen) {
    long[] runs = new long[lengths.length * PER_RUN];
    int count = 0;
    for (int row = 0; row < lengths.length; row++) {
      int last = (count - 1) * PER_RUN;
      if (count > 0 && runs[last + 1] == lengths[row] && runs[last + 2] == seen.lengths[row]) {
        runs[last]++;
      } else {
        int at = count++ * PER_RUN;
        runs[at] = 1;
        runs[at + 1] = lengths[row];
        runs[at + 2] = seen.lengths[row];
      }
    }
    return Arrays.copyOf(runs, count * PER_RUN);
  }
}
