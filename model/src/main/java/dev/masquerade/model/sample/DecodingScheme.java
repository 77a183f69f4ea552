package dev.masquerade.model.sample;

/** In which order the tokens of a target are settled. */
public enum DecodingScheme {
  /**
   * All open places of a grid are predicted in every step; those stay whose drawn token was the
   * likeliest.
   *
   * @see <a href="https://arxiv.org/abs/2202.04200">MaskGIT: Masked Generative Image
   *     Transformer</a>
   */
  MASKGIT,
  /** Every step predicts some open places of a grid, drawn at random, and keeps all of them. */
  ROAR,
  /** A sequence, token by token, until its end. */
  AUTOREGRESSIVE
}
