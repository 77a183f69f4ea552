package dev.masquerade.model;

import ai.djl.Device;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.head.Heads;
import dev.masquerade.model.transformer.Arithmetic;

/**
 * In which dtypes rows are generated, as kernels number them: chosen once per target, from what one
 * row needs. How many rows stand in a batch, or are left in it, changes nothing, so a row is
 * computed in the same dtypes alone and among others.
 *
 * @param encoder of what is seen
 * @param decoder of what is predicted
 * @param head of the product that gives logits
 */
public record RowArithmetic(Arithmetic encoder, Arithmetic decoder, int head) {

  /** On a CPU, turning weights into bfloat16 costs more than it saves for fewer places. */
  private static final int FEW_PLACES = 64;

  /**
   * Chooses for one target.
   *
   * @param precision of large products
   * @param longest how many tokens of the target there are in all
   * @param places of a row that are predicted at once, at most
   * @param passes over them
   */
  public static RowArithmetic of(
      Precision precision, Device device, int longest, int places, int passes) {
    boolean few = !device.isGpu() && (long) places * passes < FEW_PLACES;
    return new RowArithmetic(
        Arithmetic.of(precision, device, longest),
        Arithmetic.of(few ? Precision.FP32 : precision, device, longest),
        Heads.dtype(precision, device, places));
  }
}
