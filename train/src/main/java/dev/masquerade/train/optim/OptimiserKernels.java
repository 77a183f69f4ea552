package dev.masquerade.train.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every optimiser does with gradients and with its memory, beside the kernels of its own. */
final class OptimiserKernels implements AutoCloseable {

  private static final String COMMON = "/dev/masquerade/train/optim/optimiser.py";

  private final KernelModule kernels;

  /** Compiles what all optimisers share and the source of one of them. */
  OptimiserKernels(String own) {
    kernels = KernelModule.load(OptimiserKernels.class, COMMON, own);
  }

  void call(StepScope scope, String method, @Nullable Object... arguments) {
    kernels.callWithoutGradients(scope.manager(), method, arguments);
  }

  /**
   * Measures gradients together.
   *
   * @param limit largest norm; 0 for none
   */
  Measured measure(StepScope scope, NDList gradients, double limit) {
    NDList measured =
        kernels.callWithoutGradients(scope.manager(), "measure_gradients", gradients, limit);
    return new Measured(measured.get(0), measured.get(1), measured.get(2));
  }

  /**
   * What was measured, still on the device.
   *
   * @param both (2) the norm, and 1 where it is not finite
   * @param divisor what the gradients are divided by to keep to the limit
   * @param unusable 1 where the norm is not finite, else 0
   */
  record Measured(NDArray both, NDArray divisor, NDArray unusable) {

    /** Reads it, with one copy from the device, because reading waits for it. */
    StepOutcome outcome() {
      float[] values = both.toFloatArray();
      return new StepOutcome(values[0], values[1] != 0);
    }
  }

  void accumulate(
      StepScope scope,
      List<@Nullable NDArray> sums,
      List<? extends @Nullable NDArray> gradients,
      double weight) {
    NDList into = new NDList();
    NDList from = new NDList();
    for (int i = 0; i < gradients.size(); i++) {
      NDArray gradient = gradients.get(i);
      if (gradient == null) {
        continue;
      }
      NDArray sum = sums.get(i);
      if (sum == null) {
        sum = scope.manager().zeros(gradient.getShape(), DataType.FLOAT32);
        sums.set(i, sum);
      }
      into.add(sum);
      from.add(gradient);
    }
    kernels.callWithoutGradients(scope.manager(), "accumulate_gradients", into, from, weight);
  }

  /**
   * Overwrites one array of an optimiser's memory.
   *
   * @throws IllegalArgumentException if the number of values is not the array's
   */
  void restore(String name, NDArray to, FloatBuffer saved) {
    if (saved.remaining() != to.size()) {
      throw new IllegalArgumentException(
          "the state of the optimiser holds "
              + name
              + " with "
              + saved.remaining()
              + " values, the model needs "
              + to.size());
    }
    try (NDManager scratch = to.getManager().newSubManager()) {
      NDArray source = scratch.create(saved, to.getShape(), DataType.FLOAT32);
      kernels.callWithoutGradients(scratch, "restore_state", to, source);
    }
  }

  @Override
  public void close() {
    kernels.close();
  }
}
