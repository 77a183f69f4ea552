package dev.masquerade.modality;

/**
 * How the tokens of one modality are arranged in a sample, which decides how they can be masked.
 */
public sealed interface TokenLayout {

  /** Returns L, the number of places one sample occupies in a batch. */
  int places();

  /**
   * Returns the largest number of tokens of one sample that an encoder or a decoder can be given.
   */
  int maxTokens();

  /**
   * Tokens on a grid, flattened row by row; any subset of them can be seen, predicted or dropped.
   *
   * @param rows height in tokens
   * @param columns width in tokens
   */
  record Grid(int rows, int columns) implements TokenLayout {
    public Grid {
      if (rows < 1 || columns < 1) {
        throw new IllegalArgumentException(
            "a grid needs at least one row and one column, was " + rows + " x " + columns);
      }
    }

    @Override
    public int places() {
      return rows * columns;
    }

    @Override
    public int maxTokens() {
      return rows * columns;
    }
  }

  /**
   * Ordered ids of varying number, masked by spans that sentinels stand for. Input and target share
   * {@code 2 (maxTokens + 1)} places, because sentinels lengthen both.
   *
   * @param maxTokens longest sequence, its end token included
   * @param marks the special ids that masking needs
   * @param unit what is kept or dropped as one
   */
  record Sequence(int maxTokens, SpanMarks marks, Unit unit) implements TokenLayout {
    public Sequence {
      if (maxTokens < 1) {
        throw new IllegalArgumentException("maxTokens must be at least 1, was " + maxTokens);
      }
    }

    @Override
    public int places() {
      return 2 * (maxTokens + 1);
    }
  }

  /**
   * Ordered real vectors of varying number. They can be seen by an encoder but never predicted.
   *
   * @param maxTokens longest sequence
   */
  record Vectors(int maxTokens) implements TokenLayout {
    public Vectors {
      if (maxTokens < 1) {
        throw new IllegalArgumentException("maxTokens must be at least 1, was " + maxTokens);
      }
    }

    @Override
    public int places() {
      return maxTokens;
    }
  }

  /** What span masking keeps or drops as one. */
  enum Unit {
    /** Every token for itself. */
    TOKEN,
    /** Whole chunks, for example one key with its value; the end token is a chunk of its own. */
    CHUNK
  }
}
