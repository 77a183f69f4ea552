package dev.masquerade.model;

/** What stands between the linear layers of a block's feed-forward part. */
public enum Activation {
  /** {@code fc2(gelu(fc1 x))}. */
  GELU,
  /** {@code fc2(silu(fc1 x) * fc3 x)}, with a hidden width of two thirds. */
  SWIGLU
}
