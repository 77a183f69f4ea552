package dev.masquerade.train.config;

/** Arithmetic of linear layers that a run asks for. */
public enum PrecisionChoice {
  /** What the device gains most from. */
  AUTO,
  /** 32-bit floating point. */
  FP32,
  /** bfloat16 products. */
  BF16
}
