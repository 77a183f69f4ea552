package dev.masquerade.train.evaluate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** How far two collections agree. */
final class Overlap {

  private Overlap() {}

  /**
   * Returns twice the number of common members over that of all: the harmonic mean of the share of
   * the answer that is right and the share of the truth that is found. Members count as often as
   * they stand. NaN where both are empty.
   */
  static <T> double f1(Collection<T> answer, Collection<T> truth) {
    if (answer.isEmpty() && truth.isEmpty()) {
      return Double.NaN;
    }
    List<T> left = new ArrayList<>(truth);
    int common = 0;
    for (T member : answer) {
      common += left.remove(member) ? 1 : 0;
    }
    return 2.0 * common / (answer.size() + truth.size());
  }
}
