package dev.masquerade.model.multimae;

/** What the pixels of a task are, which decides how patches become tokens. */
public sealed interface TaskContent {

  /** Returns C, the numbers that are predicted for one pixel. */
  int channels();

  /**
   * Numbers, for example colours or depth.
   *
   * @param channels numbers per pixel, at least 1
   */
  record Numbers(int channels) implements TaskContent {
    public Numbers {
      if (channels < 1) {
        throw new IllegalArgumentException("channels must be at least 1, was " + channels);
      }
    }
  }

  /**
   * Classes, each pixel embedded from a table before patches are.
   *
   * @param classes from 1 to 255
   * @param embeddingWidth numbers per class, at least 1
   */
  record Classes(int classes, int embeddingWidth) implements TaskContent {
    public Classes {
      if (classes < 1 || classes > 255) {
        throw new IllegalArgumentException("classes must lie in [1, 255], was " + classes);
      }
      if (embeddingWidth < 1) {
        throw new IllegalArgumentException(
            "embeddingWidth must be at least 1, was " + embeddingWidth);
      }
    }

    @Override
    public int channels() {
      return classes;
    }
  }
}
