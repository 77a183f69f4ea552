package dev.masquerade.modality.code;

import dev.masquerade.modality.FrameSize;

/**
 * What the frames of a tokenizer are, and so how stored pictures become them.
 *
 * @param content what planes mean
 * @param classes number of classes, for {@link FrameContent#CLASSES}; 0 otherwise
 * @param scale what stored numbers of depth are multiplied by; 1 otherwise
 * @param standardised whether depth is brought to mean 0 and variance 1 frame by frame, which drops
 *     its unit; false otherwise
 * @param size of a frame in pixels
 * @param patchSize edge of the patch in pixels that one id stands for
 */
public record FrameFormat(
    FrameContent content,
    int classes,
    double scale,
    boolean standardised,
    FrameSize size,
    int patchSize) {

  public FrameFormat {
    if ((content == FrameContent.CLASSES) != (classes > 0)) {
      throw new IllegalArgumentException(
          "classes must be given for class maps and for nothing else, was "
              + classes
              + " for "
              + content);
    }
    if (standardised && content != FrameContent.DEPTH) {
      throw new IllegalArgumentException("only depth is standardised, not " + content);
    }
    if (patchSize < 1) {
      throw new IllegalArgumentException("patchSize must be at least 1, was " + patchSize);
    }
  }

  /** Returns the number of planes of a frame. */
  public int channels() {
    return content.channels(classes);
  }

  /** Returns a reader of stored pictures as such frames. */
  public FrameReader reader(int pixelLimit) {
    return new FrameReader(this, pixelLimit);
  }
}
