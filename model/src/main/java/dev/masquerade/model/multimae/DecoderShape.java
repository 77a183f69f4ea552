package dev.masquerade.model.multimae;

/**
 * Dimensions of a decoder: one cross-attention to what the encoder saw, then blocks of
 * self-attention.
 *
 * @param width d, divisible by 4 and by heads
 * @param depth blocks of self-attention, at least 0
 * @param heads attention heads
 * @param mlpRatio hidden width of feed-forward parts over d
 */
public record DecoderShape(int width, int depth, int heads, double mlpRatio) {

  /** What the reference trains with. */
  public static final DecoderShape REFERENCE = new DecoderShape(256, 2, 8, 4);

  public DecoderShape {
    MultiMaeConfig.requireStack("decoder width", width, heads, mlpRatio);
    if (depth < 0 || depth > 1024) {
      throw new IllegalArgumentException("decoder depth must lie in [0, 1024], was " + depth);
    }
  }

  /** Returns the hidden width of feed-forward parts. */
  public int hiddenWidth() {
    return (int) (width * mlpRatio);
  }
}
