package dev.masquerade.train.optim;

import ai.djl.ndarray.NDArray;
import dev.masquerade.model.engine.StepScope;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Moves parameters against their gradients. Its whole memory is arrays beside the parameters, on
 * their device, which {@link #state} hands out and {@link #restore} takes back.
 */
public sealed interface Optimiser extends AutoCloseable permits AdamW, Lars {

  /**
   * Takes one step. Where a gradient is not finite nothing changes.
   *
   * @param scope owner of what the step needs beside its state
   * @param gradients one per parameter, in their order, null where a parameter had no part in the
   *     loss; scaled in place
   * @param rate learning rate
   * @param decay weight decay of the parameters that decay
   * @return what became of it; reading it waits for the device
   */
  StepOutcome step(
      StepScope scope, List<? extends @Nullable NDArray> gradients, double rate, double decay);

  /**
   * Adds gradients to sums of earlier parts of a batch.
   *
   * @param scope owner of the sums that start here
   * @param sums updated in place; null where no part had a gradient so far
   * @param gradients of this part, in the same order; copied
   * @param weight of this part in the sum
   */
  void accumulate(
      StepScope scope,
      List<@Nullable NDArray> sums,
      List<? extends @Nullable NDArray> gradients,
      double weight);

  /**
   * Returns the whole memory of the optimiser, as {@code KIND.PARAMETER}. The arrays are the live
   * ones and belong to the optimiser.
   */
  Map<String, NDArray> state();

  /**
   * Takes back what {@link #state} gave.
   *
   * @param names of all saved arrays
   * @param values the values of one of them, row by row; copied
   * @throws IllegalArgumentException if an array is of no parameter, has another number of values,
   *     or lacks its companions
   */
  void restore(Collection<String> names, Function<String, FloatBuffer> values);

  /** Frees the state; parameters stay. */
  @Override
  void close();
}
