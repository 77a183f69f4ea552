package dev.masquerade.modality.image;

/**
 * Which pixels of a line make up each pixel of a resized line, and by how much.
 *
 * <p>Weights sum to 1, up to rounding. When a line shrinks, the filter is widened by the same
 * factor, so that every pixel counts: this is what "antialiased" means.
 */
final class ResizeTable {

  /** Fraction bits of whole-number weights: 8 bits of sample and 2 of overshoot leave 22 of 32. */
  static final int BITS = 22;

  /** Pixels that go into each result, at most. */
  final int taps;

  /** First pixel of each result. */
  final int[] first;

  /** (length, taps) weights, 0 past the last pixel that counts. */
  final double[] weights;

  private ResizeTable(int taps, int[] first, double[] weights) {
    this.taps = taps;
    this.first = first;
    this.weights = weights;
  }

  /**
   * Computes a table.
   *
   * @param size pixels of the line
   * @param from where the part to be resized starts, in pixels
   * @param to where it ends
   * @param length pixels of the resized line
   */
  static ResizeTable of(int size, double from, double to, int length, ResizeFilter filter) {
    double scale = (to - from) / length;
    double widening = Math.max(scale, 1);
    double support = filter.support() * widening;
    int taps = Math.min(round((int) Math.ceil(2 * support)), size);
    int[] first = new int[length];
    double[] weights = new double[length * taps];
    for (int i = 0; i < length; i++) {
      double centre = from + (i + 0.5) * scale;
      int start = Math.max((int) (centre - support + 0.5), 0);
      int end = Math.min(Math.min((int) (centre + support + 0.5), size), start + taps);
      double sum = 0;
      for (int j = start; j < end; j++) {
        double weight = filter.weight((j - centre + 0.5) / widening);
        weights[i * taps + j - start] = weight;
        sum += weight;
      }
      for (int j = 0; j < end - start && sum != 0; j++) {
        weights[i * taps + j] /= sum;
      }
      // A line of fewer pixels than taps: all results read the same window.
      first[i] = Math.min(start, size - taps);
      shift(weights, i * taps, taps, start - first[i]);
    }
    return new ResizeTable(taps, first, weights);
  }

  /** Loops over taps run four at a time; a weight of 0 costs less than a loop of odd length. */
  private static int round(int taps) {
    return (taps + 3) / 4 * 4;
  }

  private static void shift(double[] weights, int at, int taps, int by) {
    if (by > 0) {
      System.arraycopy(weights, at, weights, at + by, taps - by);
      java.util.Arrays.fill(weights, at, at + by, 0);
    }
  }

  /** Returns the weights in fixed point, each rounded to the nearest. */
  int[] fixed() {
    int[] fixed = new int[weights.length];
    for (int i = 0; i < fixed.length; i++) {
      double weight = weights[i] * (1 << BITS);
      fixed[i] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    return fixed;
  }
}
