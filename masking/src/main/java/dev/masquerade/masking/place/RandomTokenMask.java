package dev.masquerade.masking.place;

/**
 * Random masks of token sequences that begin with class or register tokens, a batch at once.
 *
 * <p>Where the prefix is protected it is always kept, comes first, and the ratio applies to the
 * other tokens; else prefix tokens are tokens like all others. 257 tokens at 0.75 keep 65 and mask
 * 192 with one protected token, and keep 64 and mask 193 without.
 *
 * <p>Lightly keeps nothing, silently, of 10 unprotected tokens at 0.9; that is refused here.
 *
 * @param ratio share of the tokens, but those protected, that is masked
 * @param protectedTokens tokens at the start that are never masked; at least 0
 */
public record RandomTokenMask(MaskRatio ratio, int protectedTokens) {

  public RandomTokenMask {
    if (protectedTokens < 0) {
      throw new IllegalArgumentException(
          "protectedTokens must be at least 0, was " + protectedTokens);
    }
  }

  /** Returns how many tokens of a sequence are kept, those protected included. */
  public int kept(int length) {
    return protectedTokens + ratio.kept(length - protectedTokens);
  }

  /**
   * Draws the masks of a batch. Rows are independent.
   *
   * @param length tokens of a row, at least the protected ones
   * @param into (rows, length) receives in each row first the {@link #kept} tokens, then those
   *     masked
   * @throws IllegalArgumentException if nothing would be kept
   */
  public void draw(int rows, int length, PlaceDraws draws, int[] into) {
    int free = length - protectedTokens;
    if (free < 0) {
      throw new IllegalArgumentException(
          "a sequence of " + length + " tokens cannot begin with " + protectedTokens);
    }
    int drawn = ratio.someOf(kept(length), length) - protectedTokens;
    for (int row = 0; row < rows; row++) {
      int at = row * length;
      for (int i = 0; i < protectedTokens; i++) {
        into[at + i] = i;
      }
      draws.order(protectedTokens, free, drawn, into, at + protectedTokens);
    }
  }
}
