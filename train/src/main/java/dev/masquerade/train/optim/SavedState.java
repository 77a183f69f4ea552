package dev.masquerade.train.optim;

import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;

/** The saved memory of an optimiser while it is taken back, array by array. */
final class SavedState {

  private final OptimiserKernels kernels;
  private final Set<String> left;
  private final Function<String, FloatBuffer> values;

  SavedState(
      OptimiserKernels kernels, Collection<String> names, Function<String, FloatBuffer> values) {
    this.kernels = kernels;
    this.left = new LinkedHashSet<>(names);
    this.values = values;
  }

  boolean holds(String name) {
    return left.contains(name);
  }

  /** Copies an array back that must be there. */
  void copy(String name, NDArray to) {
    if (!left.remove(name)) {
      throw new IllegalArgumentException("the state of the optimiser lacks " + name);
    }
    kernels.restore(name, to, values.apply(name));
  }

  /** Refuses what no parameter asked for. */
  void refuseRest() {
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "the state of the optimiser holds "
              + left.iterator().next()
              + ", but the model has no such parameter");
    }
  }
}
