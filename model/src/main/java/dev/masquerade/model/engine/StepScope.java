package dev.masquerade.model.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;

/**
 * Owner of everything that one step makes: batch arrays, activations, losses, gradients. Closing it
 * frees them all; nothing is freed by garbage collection.
 */
public final class StepScope implements AutoCloseable {

  private final NDManager manager;

  private StepScope(NDManager manager) {
    this.manager = manager;
  }

  /** Opens a scope below {@code parent}, on its device. */
  public static StepScope open(NDManager parent) {
    return new StepScope(parent.newSubManager());
  }

  /** Returns the manager that owns the step's arrays. */
  public NDManager manager() {
    return manager;
  }

  /** Returns the device of the step's arrays. */
  public Device device() {
    return manager.getDevice();
  }

  @Override
  public void close() {
    manager.close();
  }
}
