package dev.masquerade.model.engine;

/**
 * Arithmetic of the large matrix products. Parameters, gradients, norms and losses stay float32
 * either way; bfloat16 exists only inside kernels.
 */
public enum Precision {
  /** Everything in float32. */
  FP32,
  /** Linear layers in bfloat16; attention too where the device gains from it. */
  BF16
}
