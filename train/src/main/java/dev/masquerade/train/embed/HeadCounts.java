package dev.masquerade.train.embed;

/**
 * Attention heads of a model whose file does not tell them; shapes never do.
 *
 * @param encoder heads of the encoder, 0 for what is usual
 * @param decoder heads of the decoder, 0 for what is usual
 */
public record HeadCounts(int encoder, int decoder) {

  /** What is usual: 64 numbers per head in the encoder, 16 heads in the decoder. */
  public static final HeadCounts USUAL = new HeadCounts(0, 0);

  private static final int HEAD_WIDTH = 64;
  private static final int DECODER_HEADS = 16;

  public HeadCounts {
    if (encoder < 0 || decoder < 0) {
      throw new IllegalArgumentException(
          "heads must be at least 1, or 0 for what is usual, were " + encoder + " and " + decoder);
    }
  }

  /** Returns the heads of an encoder, or 0 where nothing usual fits its width. */
  int encoderOf(long width) {
    if (encoder > 0) {
      return encoder;
    }
    return width % HEAD_WIDTH == 0 ? (int) (width / HEAD_WIDTH) : 0;
  }

  /** Returns the heads of a decoder, or 0 where nothing usual fits its width. */
  int decoderOf(long width) {
    if (decoder > 0) {
      return decoder;
    }
    return width % DECODER_HEADS == 0 ? DECODER_HEADS : 0;
  }
}
