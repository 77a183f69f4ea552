package dev.masquerade.model.sample;

/**
 * Which tokens may be drawn: top-k first, then top-p among what it left.
 *
 * @param topK how many of the likeliest
 * @param topP in (0, 1]: tokens from the likeliest on until their probabilities, at temperature 1
 *     and among those that top-k left, exceed it; the one that crosses it is kept, so the likeliest
 *     always is. 1 keeps all
 */
public record TokenFilter(TopK topK, double topP) {

  /** Keeps all tokens. */
  public static final TokenFilter NONE = new TokenFilter(new TopK.All(), 1);

  public TokenFilter {
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top-p must lie in (0, 1], was " + topP);
    }
  }

  /** Keeps the likeliest tokens whose probabilities sum to {@code topP}. */
  public static TokenFilter topP(double topP) {
    return new TokenFilter(new TopK.All(), topP);
  }
}
