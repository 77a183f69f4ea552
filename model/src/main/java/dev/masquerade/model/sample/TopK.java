package dev.masquerade.model.sample;

/** How many of the likeliest tokens may be drawn. Tokens as likely as the last of them may, too. */
public sealed interface TopK {

  /**
   * Returns the number for a vocabulary.
   *
   * @param vocabularySize V, at least 1
   * @return in [1, V]
   */
  int of(int vocabularySize);

  /** All tokens. */
  record All() implements TopK {
    @Override
    public int of(int vocabularySize) {
      return vocabularySize;
    }
  }

  /**
   * A number of tokens, or all where the vocabulary has fewer.
   *
   * @param tokens at least 1
   */
  record Count(int tokens) implements TopK {
    public Count {
      if (tokens < 1) {
        throw new IllegalArgumentException("top-k must keep at least 1 token, was " + tokens);
      }
    }

    @Override
    public int of(int vocabularySize) {
      return Math.min(tokens, vocabularySize);
    }
  }

  /**
   * A share of the vocabulary, rounded down, but at least one token.
   *
   * @param share in (0, 1]
   */
  record Share(double share) implements TopK {
    public Share {
      if (!(share > 0 && share <= 1)) {
        throw new IllegalArgumentException("a share of top-k must lie in (0, 1], was " + share);
      }
    }

    @Override
    public int of(int vocabularySize) {
      return Math.max(1, (int) Math.floor(share * vocabularySize));
    }
  }
}
