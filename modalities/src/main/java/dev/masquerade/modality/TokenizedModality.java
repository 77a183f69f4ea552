package dev.masquerade.modality;

/**
 * The tokens of one modality of one sample, before masking. The arrays are handed over: whoever
 * made them must not write to them again.
 */
public sealed interface TokenizedModality {

  /** Returns the number of tokens. */
  int length();

  /**
   * Patches of bytes, for {@link TokenSpace.Pixels} or {@link TokenSpace.ClassPatches} on a {@link
   * TokenLayout.Grid}.
   *
   * @param values (L, width) samples or classes, a token after another
   * @param width bytes per token
   */
  record PixelPatches(byte[] values, int width) implements TokenizedModality {
    @Override
    public int length() {
      return values.length / width;
    }
  }

  /**
   * Real vectors, for {@link TokenSpace.Continuous} on a {@link TokenLayout.Grid} (L of them) or as
   * {@link TokenLayout.Vectors} (any number).
   *
   * @param values (length, width) numbers, a token after another
   * @param width numbers per token
   */
  record VectorTokens(float[] values, int width) implements TokenizedModality {
    @Override
    public int length() {
      return values.length / width;
    }
  }

  /**
   * Ids on a {@link TokenLayout.Grid}, row by row.
   *
   * @param ids (L) ids inside the vocabulary
   */
  record IdGrid(int[] ids) implements TokenizedModality {
    @Override
    public int length() {
      return ids.length;
    }
  }

  /**
   * Ids of a {@link TokenLayout.Sequence}, the end token and any vocabulary offset included, cut to
   * the layout's maxTokens.
   *
   * @param ids ids inside the vocabulary, without padding
   * @param chunkLengths lengths of consecutive chunks, summing to {@code ids.length}, for {@link
   *     TokenLayout.Unit#CHUNK}; empty for {@link TokenLayout.Unit#TOKEN}
   */
  record IdSequence(int[] ids, int[] chunkLengths) implements TokenizedModality {

    private static final int[] NO_CHUNKS = {};

    /** Creates a sequence whose tokens are masked one by one. */
    public IdSequence(int[] ids) {
      this(ids, NO_CHUNKS);
    }

    @Override
    public int length() {
      return ids.length;
    }
  }
}
