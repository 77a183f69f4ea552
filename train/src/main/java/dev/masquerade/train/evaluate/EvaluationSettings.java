package dev.masquerade.train.evaluate;

import java.util.List;
import java.util.Set;

/**
 * What to measure.
 *
 * @param samples held-out samples, fewer where there are fewer
 * @param priorSamples training samples that the no-input prior is made from
 * @param batchSize samples per pass
 * @param pairs tasks; empty for every input with every target
 * @param surroundings classes of segmentation maps that are no objects; empty where that is not
 *     known, and nothing is measured over objects
 */
public record EvaluationSettings(
    int samples,
    int priorSamples,
    int batchSize,
    List<ModalityPair> pairs,
    Set<Integer> surroundings) {

  /** Every pair, on enough samples for two digits. */
  public static final EvaluationSettings DEFAULT =
      new EvaluationSettings(128, 512, 32, List.of(), Set.of());

  public EvaluationSettings {
    pairs = List.copyOf(pairs);
    surroundings = Set.copyOf(surroundings);
    if (samples < 1 || priorSamples < 1 || batchSize < 1) {
      throw new IllegalArgumentException(
          "samples, priorSamples and batchSize must be at least 1, were "
              + samples
              + ", "
              + priorSamples
              + " and "
              + batchSize);
    }
  }

  /** Returns the same with another number of held-out samples. */
  public EvaluationSettings withSamples(int count) {
    return new EvaluationSettings(count, priorSamples, batchSize, pairs, surroundings);
  }

  /** Returns the same for some pairs only. */
  public EvaluationSettings withPairs(List<ModalityPair> chosen) {
    return new EvaluationSettings(samples, priorSamples, batchSize, chosen, surroundings);
  }
}
