package dev.masquerade.train.config;

import dev.masquerade.train.optim.AdamWSettings;
import dev.masquerade.train.optim.DecayRule;
import dev.masquerade.train.optim.LearningRate;
import dev.masquerade.train.optim.WeightDecay;
import java.util.Optional;

/**
 * How parameters move.
 *
 * @param adamW constants of the optimiser
 * @param learningRate over the run
 * @param weightDecay over the run
 * @param decayRule which parameters decay; empty for those that the reference of the model lets
 *     decay
 * @param accumulation parts of a batch whose gradients are added up; divides the batch
 */
public record OptimiserConfig(
    AdamWSettings adamW,
    LearningRate learningRate,
    WeightDecay weightDecay,
    Optional<DecayRule> decayRule,
    int accumulation) {
  public OptimiserConfig {
    if (accumulation < 1) {
      throw new IllegalArgumentException("accumulation must be at least 1, was " + accumulation);
    }
  }
}
