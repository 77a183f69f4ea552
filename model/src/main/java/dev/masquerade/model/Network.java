package dev.masquerade.model;

import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.head.StepLoss;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.parameter.Parameters;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * What a training run trains: something that has parameters and gives a loss for packed batches.
 * Computes where its parameters live; arrays it makes belong to the scope of the call.
 */
public interface Network extends AutoCloseable {

  /** Returns the parameters it computes with; they outlive it. */
  Parameters parameters();

  /**
   * Computes loss and gradients.
   *
   * @param batch stays open until the scope is closed
   * @param rng stream of this step, for whatever the network draws, such as drop path
   * @param scope below the parameters' manager
   */
  StepResult lossAndGradients(
      PackedBatch batch, Precision precision, UniformRandomProvider rng, StepScope scope);

  /**
   * Computes the loss alone, as in evaluation.
   *
   * @param batch stays open until the scope is closed
   */
  StepLoss loss(PackedBatch batch, Precision precision, StepScope scope);

  /**
   * Called after the optimiser has moved the parameters: the place for what follows them slowly.
   *
   * @param step number of the step just taken, from 1
   * @param steps length of the run
   * @param scope of the step
   */
  default void stepped(long step, long steps, StepScope scope) {}

  /** Called instead of {@link #stepped} where the optimiser took no step, as after a bad loss. */
  default void skipped() {}

  /**
   * Returns numbers of the last step beside its loss, such as the share of codes in use, by the
   * name of their metric.
   */
  default Map<String, Double> measures() {
    return Map.of();
  }

  @Override
  void close();
}
