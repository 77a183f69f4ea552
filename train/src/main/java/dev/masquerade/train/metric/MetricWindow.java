package dev.masquerade.train.metric;

import java.util.LinkedHashMap;
import java.util.Map;

/** Means of values over the steps since the last metric line. */
public final class MetricWindow {

  /**
   * Values of one name, added up.
   *
   * @param sum of value times weight
   * @param weight sum of weights
   */
  public record Sum(double sum, double weight) {
    Sum plus(double value, double more) {
      return new Sum(sum + value * more, weight + more);
    }

    double mean() {
      return sum / weight;
    }
  }

  private final Map<String, Sum> sums = new LinkedHashMap<>();

  /**
   * Adds a value.
   *
   * @param weight share in the mean; with 0 the value does not count
   */
  public void add(String name, double value, double weight) {
    if (weight > 0) {
      sums.merge(name, new Sum(value * weight, weight), (old, one) -> old.plus(value, weight));
    }
  }

  /** Returns the means in the order in which names first came, and starts anew. */
  public Map<String, Double> close() {
    Map<String, Double> means = new LinkedHashMap<>();
    sums.forEach((name, sum) -> means.put(name, sum.mean()));
    sums.clear();
    return means;
  }

  /** Returns what was added so far, by name, in order. */
  public Map<String, Sum> sums() {
    return new LinkedHashMap<>(sums);
  }

  /** Goes on from what {@link #sums} returned. */
  public void restore(Map<String, Sum> saved) {
    sums.clear();
    sums.putAll(saved);
  }
}
