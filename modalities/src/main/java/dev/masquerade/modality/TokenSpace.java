package dev.masquerade.modality;

/** What the tokens of a modality are, whatever model embeds them. */
public sealed interface TokenSpace {

  /**
   * Integer ids.
   *
   * @param vocabularySize ids lie in {@code [0, vocabularySize)}; at least 1
   */
  record Discrete(int vocabularySize) implements TokenSpace {
    public Discrete {
      if (vocabularySize < 1) {
        throw new IllegalArgumentException(
            "vocabularySize must be at least 1, was " + vocabularySize);
      }
    }
  }

  /**
   * Image patches of 8-bit samples, flattened row, column, channel (channel fastest). They travel
   * as bytes and become {@code (value / 255 - mean) / deviation} on the device.
   *
   * @param patchSize edge of a square patch, in pixels
   * @param statistics normalisation, one entry per channel
   */
  record Pixels(int patchSize, ChannelStatistics statistics) implements TokenSpace {
    public Pixels {
      if (patchSize < 1) {
        throw new IllegalArgumentException("patchSize must be at least 1, was " + patchSize);
      }
    }

    /** Returns the number of values in one patch: patchSize x patchSize x channels. */
    public int width() {
      return patchSize * patchSize * statistics.channels();
    }
  }

  /**
   * Patches of a map of classes: the class of every pixel, row by row, one byte each. {@link
   * #NO_CLASS} stands where a pixel has none, and is never predicted.
   *
   * @param patchSize edge of a square patch, in pixels of the map
   * @param classes classes lie in {@code [0, classes)}; from 1 to 255
   */
  record ClassPatches(int patchSize, int classes) implements TokenSpace {

    /** Unsigned byte of a pixel without a class. */
    public static final int NO_CLASS = 255;

    public ClassPatches {
      if (patchSize < 1) {
        throw new IllegalArgumentException("patchSize must be at least 1, was " + patchSize);
      }
      if (classes < 1 || classes > NO_CLASS) {
        throw new IllegalArgumentException(
            "classes must lie in [1, 255], because a class is one byte and 255 means none, was "
                + classes);
      }
    }

    /** Returns the number of values in one patch: patchSize x patchSize. */
    public int width() {
      return patchSize * patchSize;
    }
  }

  /**
   * Real vectors, for example spectrogram patches or sentence embeddings, taken as they are.
   *
   * @param width numbers per token; at least 1
   */
  record Continuous(int width) implements TokenSpace {
    public Continuous {
      if (width < 1) {
        throw new IllegalArgumentException("width must be at least 1, was " + width);
      }
    }
  }
}
