package dev.masquerade.model;

/** Where position embeddings come from. */
public enum Positions {
  /** Fixed tables of sines and cosines. */
  SINE_COSINE,
  /** Tables that are trained like any other weight. */
  LEARNED
}
