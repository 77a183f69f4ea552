package dev.masquerade.model;

/** How the weights of a new model start. */
public enum Initialisation {
  /** As the 4M reference starts them. */
  REFERENCE,
  /**
   * As {@link #REFERENCE}, except that the keys of cross-attention start as a copy of its queries,
   * so that from the first step a query attends most to the places that resemble it.
   *
   * @see <a href="https://arxiv.org/abs/2305.09828">Mimetic Initialization of Self-Attention
   *     Layers</a>
   */
  MIMETIC
}
