package dev.masquerade.model.transformer;

import ai.djl.Device;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;

/**
 * In which dtypes a step computes, as kernels number them.
 *
 * @param linear of linear layers
 * @param attention of attention between them
 */
public record Arithmetic(int linear, int attention) {

  /** Up to this many places the CPU's attention is faster in float32 than in bfloat16. */
  private static final int SHORT = 256;

  /**
   * Chooses for one step.
   *
   * @param longest places of the longest row on either side
   */
  public static Arithmetic of(Precision precision, Device device, int longest) {
    int linear = Kernels.dtype(precision);
    boolean exact = !device.isGpu() && longest <= SHORT;
    return new Arithmetic(linear, exact ? Kernels.dtype(Precision.FP32) : linear);
  }
}
