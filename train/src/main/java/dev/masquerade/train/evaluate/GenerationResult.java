package dev.masquerade.train.evaluate;

import java.util.List;

/**
 * How well something is generated.
 *
 * @param task what was made of what
 * @param samples held-out samples that had all that was needed
 * @param metrics at least one, the main one first
 */
public record GenerationResult(GenerationTask task, int samples, List<MetricComparison> metrics) {
  public GenerationResult {
    metrics = List.copyOf(metrics);
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException(task + " has no measure");
    }
  }
}
