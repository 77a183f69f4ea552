package dev.masquerade.model.weights;

/**
 * How values on a line of places are taken to a line of another length. Places are areas: the ends
 * of both lines coincide, the middles of their first places do not.
 *
 * <p>Without antialiasing, a value is a mixture of the 2 or 4 nearest places however short the new
 * line is, and places beyond the end repeat the last one. With it, the mixture widens as the line
 * shortens, and is cut off at the ends. The two cubic curves differ as well, here as in PyTorch,
 * whose tables these are to reproduce: Keys' parameter is -0.75 without and -0.5 with antialiasing.
 *
 * @see <a href="https://doi.org/10.1109/TASSP.1981.1163711">Keys: Cubic Convolution
 *     Interpolation</a>
 */
public enum Resampling {
  /** Cubic, of the 4 nearest places. */
  BICUBIC(2, false) {
    @Override
    double weight(double distance) {
      return keys(distance, -0.75);
    }
  },
  /** Cubic, of as many places as fall together. */
  BICUBIC_ANTIALIASED(2, true) {
    @Override
    double weight(double distance) {
      return keys(distance, -0.5);
    }
  },
  /** Linear, of the 2 nearest places. */
  BILINEAR(1, false) {
    @Override
    double weight(double distance) {
      return Math.max(0, 1 - Math.abs(distance));
    }
  },
  /** Linear, of as many places as fall together. */
  BILINEAR_ANTIALIASED(1, true) {
    @Override
    double weight(double distance) {
      return Math.max(0, 1 - Math.abs(distance));
    }
  };

  private final int reach;
  private final boolean antialiased;

  Resampling(int reach, boolean antialiased) {
    this.reach = reach;
    this.antialiased = antialiased;
  }

  /** Returns the weight of a place at a distance, in places. */
  abstract double weight(double distance);

  /**
   * Computes how much of each old place is in each new one.
   *
   * @return (to, from), each row sums to 1
   */
  double[][] mixture(int from, int to) {
    double[][] mixture = new double[to][from];
    double scale = (double) from / to;
    for (int place = 0; place < to; place++) {
      if (antialiased) {
        widened(mixture[place], (place + 0.5) * scale, Math.max(1, scale));
      } else {
        nearest(mixture[place], (place + 0.5) * scale - 0.5);
      }
    }
    return mixture;
  }

  private void nearest(double[] row, double at) {
    int before = (int) Math.floor(at);
    for (int place = before - reach + 1; place <= before + reach; place++) {
      row[Math.min(Math.max(place, 0), row.length - 1)] += weight(at - place);
    }
  }

  private void widened(double[] row, double middle, double factor) {
    int begin = Math.max(0, (int) (middle - reach * factor + 0.5));
    int end = Math.min(row.length, (int) (middle + reach * factor + 0.5));
    double sum = 0;
    for (int place = begin; place < end; place++) {
      row[place] = weight((place + 0.5 - middle) / factor);
      sum += row[place];
    }
    for (int place = begin; place < end; place++) {
      row[place] /= sum;
    }
  }

  private static double keys(double distance, double a) {
    double x = Math.abs(distance);
    if (x < 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? ((x - 5) * x + 8) * x * a - 4 * a : 0;
  }
}
