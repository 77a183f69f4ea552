package dev.masquerade.model.codec;

/** By what a latent finds its code. */
public enum CodeDistance {
  /** The largest cosine; lengths do not count. */
  COSINE,
  /** The smallest Euclidean distance. */
  EUCLIDEAN
}
