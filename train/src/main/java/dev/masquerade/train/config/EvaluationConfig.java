package dev.masquerade.train.config;

/**
 * When and on how much held-out data a model is measured.
 *
 * @param every steps between two evaluations; 0 evaluates only at the end
 * @param batches of one evaluation; 0 makes none
 */
public record EvaluationConfig(int every, int batches) {
  public EvaluationConfig {
    if (every < 0 || batches < 0) {
      throw new IllegalArgumentException(
          "every and batches must be at least 0, were " + every + " and " + batches);
    }
  }
}
