package dev.masquerade.model.vit;

/** How the tokens of an image become one vector. */
public enum Pooling {
  /** The class token. */
  CLASS_TOKEN,
  /** The mean of the patch tokens. */
  MEAN,
  /** The largest value of the patch tokens, number by number. */
  MAX
}
