package dev.masquerade.model.latent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import java.nio.FloatBuffer;

/**
 * The slow mean of a teacher's outputs, taken from them so that no output wins always. Each update
 * makes it {@code momentum} times itself plus {@code 1 - momentum} times the batch's mean.
 */
public final class Centre implements AutoCloseable {

  private final KernelModule kernels;
  private final NDManager manager;
  private final NDArray value;
  private final double momentum;

  /**
   * Starts at 0.
   *
   * @param kernels from {@link LatentKernels}
   * @param owner manager of the device; this opens one below it
   * @param outputs K
   * @param momentum in [0, 1]
   */
  public Centre(KernelModule kernels, NDManager owner, int outputs, double momentum) {
    if (!(momentum >= 0 && momentum <= 1)) {
      throw new IllegalArgumentException("momentum must lie in [0, 1], was " + momentum);
    }
    this.kernels = kernels;
    this.manager = owner.newSubManager();
    this.value = manager.zeros(new Shape(outputs), DataType.FLOAT32);
    this.momentum = momentum;
  }

  /** Overwrites it, as when a run goes on. */
  public void set(float[] values) {
    value.set(FloatBuffer.wrap(values));
  }

  /** Returns (K) on the device; owned by this. */
  public NDArray value() {
    return value;
  }

  /**
   * Moves it towards what a teacher gave.
   *
   * @param outputs (..., K)
   */
  public void update(NDArray outputs, StepScope scope) {
    kernels.callWithoutGradients(scope.manager(), "move_centre", value, outputs, momentum);
  }

  @Override
  public void close() {
    manager.close();
  }
}
