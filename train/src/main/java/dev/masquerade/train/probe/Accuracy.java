package dev.masquerade.train.probe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/*
 * A class is among the first k if fewer than k classes come before it: those with a higher score,
 * and of those with an equal one the classes of lower number. So ties give the same answer
 * everywhere, and a head that scores all classes alike is as right as guessing class 0.
 */
/** How often the right class is among the best scored. */
final class Accuracy {

  private final int classes;
  private final int[] labels;
  private final int[] ranks;

  /**
   * Ranks the right class of every sample.
   *
   * @param scores (N, C), larger is better; NaN is worse than all
   * @param labels (N)
   */
  Accuracy(float[] scores, int classes, int[] labels) {
    if (scores.length != (long) labels.length * classes) {
      throw new IllegalArgumentException(
          scores.length + " scores are not those of " + labels.length + " x " + classes);
    }
    this.classes = classes;
    this.labels = labels;
    this.ranks = new int[labels.length];
    for (int sample = 0; sample < labels.length; sample++) {
      ranks[sample] = rank(scores, sample * classes, labels[sample]);
    }
  }

  private int rank(float[] scores, int at, int label) {
    float own = scores[at + label];
    if (Float.isNaN(own)) {
      return classes;
    }
    int rank = 0;
    for (int other = 0; other < classes; other++) {
      float score = scores[at + other];
      if (score > own || score == own && other < label) {
        rank++;
      }
    }
    return rank;
  }

  /**
   * Returns the share of samples whose class is among the first {@code k}, or among all where there
   * are fewer.
   */
  double top(int k) {
    int hits = 0;
    for (int rank : ranks) {
      if (rank < k) {
        hits++;
      }
    }
    return (double) hits / ranks.length;
  }

  /** Returns the share whose class is first, class by class, for those with samples. */
  Map<String, Double> perClass(List<String> names) {
    int[] samples = new int[classes];
    int[] hits = new int[classes];
    for (int i = 0; i < ranks.length; i++) {
      samples[labels[i]]++;
      hits[labels[i]] += ranks[i] == 0 ? 1 : 0;
    }
    Map<String, Double> shares = new LinkedHashMap<>();
    for (int i = 0; i < classes; i++) {
      if (samples[i] > 0) {
        shares.put(names.get(i), (double) hits[i] / samples[i]);
      }
    }
    return shares;
  }
}
