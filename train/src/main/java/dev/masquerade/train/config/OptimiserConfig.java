package dev.masquerade.train.config;

import dev.masquerade.train.optim.AdamWSettings;
import dev.masquerade.train.optim.LearningRate;
import dev.masquerade.train.optim.WeightDecay;

/**
 * How parameters move.
 *
 * @param adamW constants of the optimiser
 * @param learningRate over the run
 * @param weightDecay over the run
 * @param accumulation parts of a batch whose gradients are added up; divides the batch
 */
public record OptimiserConfig(
    AdamWSettings adamW, LearningRate learningRate, WeightDecay weightDecay, int accumulation) {
  public OptimiserConfig {
    if (accumulation < 1) {
      throw new IllegalArgumentException("accumulation must be at least 1, was " + accumulation);
    }
  }
}
