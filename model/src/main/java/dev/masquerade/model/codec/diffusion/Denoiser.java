package dev.masquerade.model.codec.diffusion;

import ai.djl.ndarray.NDArray;
import dev.masquerade.model.engine.StepScope;

/** Says what it is trained to say of noisy pictures; a condition, if any, is its own business. */
@FunctionalInterface
public interface Denoiser {

  /**
   * Predicts.
   *
   * @param noisy (B, C, H, W)
   * @param timestep of all of them
   * @param scope of the step
   * @return (B, C, H, W) owned by the scope
   */
  NDArray predict(NDArray noisy, int timestep, StepScope scope);
}
