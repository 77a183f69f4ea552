package dev.masquerade.masking;

/**
 * Whole numbers of tokens, both ends included.
 *
 * @param min at least 0
 * @param max at least {@code min}
 */
public record TokenRange(int min, int max) {

  public TokenRange {
    if (min < 0 || max < min) {
      throw new IllegalArgumentException(
          "a range of tokens needs 0 <= min <= max, was min " + min + " and max " + max);
    }
  }

  /** Returns the range that holds one number only. */
  public static TokenRange exactly(int tokens) {
    return new TokenRange(tokens, tokens);
  }

  /** Returns the range that starts at 0. */
  public static TokenRange upTo(int max) {
    return new TokenRange(0, max);
  }
}
