package dev.masquerade.train.evaluate;

import java.util.List;

/**
 * How well a task is done.
 *
 * @param pair the task
 * @param samples held-out samples that had both modalities
 * @param metrics at least one; the first is the one a table shows
 */
public record PairResult(ModalityPair pair, int samples, List<MetricComparison> metrics) {
  public PairResult {
    metrics = List.copyOf(metrics);
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException(pair + " has no measure");
    }
  }

  /** Returns the measure that a table shows. */
  public MetricComparison main() {
    return metrics.get(0);
  }
}
