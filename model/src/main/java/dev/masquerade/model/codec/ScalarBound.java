package dev.masquerade.model.codec;

/** How finite scalar quantization bounds a number before it is rounded to one of N levels. */
public enum ScalarBound {
  /** Level {@code round((N - 1) sigmoid(x))}; values {@code level / (N - 1)}, as TerraMind does. */
  SIGMOID,
  /**
   * Level {@code floor(N / 2) + round(tanh(x + shift) (N - 1) (1 + 1e-3) / 2 - offset)}, offset 1/2
   * for even N and 0 for odd; values {@code (level - floor(N / 2)) / floor(N / 2)}, as the paper
   * has it, with the shift that takes 0 to 0.
   */
  TANH
}
