package dev.masquerade.modality.code;

import dev.masquerade.modality.FrameSize;

/**
 * What a patch codebook is to be.
 *
 * @param content what frames hold
 * @param classes number of classes, for {@link FrameContent#CLASSES}; 0 otherwise
 * @param scale what stored numbers of depth are multiplied by; 1 otherwise
 * @param frame size of a frame in pixels, both edges multiples of {@code patchSize}
 * @param patchSize edge of a patch in pixels
 * @param codes number of ids
 * @param patches largest number of patches that are kept to find the codes
 * @param rounds largest number of rounds of clustering
 * @param seed start of the stream of chance
 */
public record CodebookSettings(
    FrameContent content,
    int classes,
    double scale,
    FrameSize frame,
    int patchSize,
    int codes,
    int patches,
    int rounds,
    long seed) {

  /** What a stored 16-bit number of depth is multiplied by where nothing is said. */
  public static final double DEFAULT_DEPTH_SCALE = 1 / 65535.0;

  private static final int DEFAULT_ROUNDS = 12;
  private static final int DEFAULT_PATCHES_PER_CODE = 48;

  public CodebookSettings {
    if (patchSize < 1 || frame.height() % patchSize != 0 || frame.width() % patchSize != 0) {
      throw new IllegalArgumentException(
          "a frame of "
              + frame.height()
              + " x "
              + frame.width()
              + " pixels cannot be cut into patches of "
              + patchSize);
    }
    if (codes < 2 || patches < codes || rounds < 1) {
      throw new IllegalArgumentException(
          "a codebook needs at least 2 codes, a patch per code and 1 round; had "
              + codes
              + ", "
              + patches
              + " and "
              + rounds);
    }
    if ((content == FrameContent.CLASSES) != (classes > 0)) {
      throw new IllegalArgumentException(
          "classes must be given for class maps and for nothing else, was "
              + classes
              + " for "
              + content);
    }
    if (!(scale > 0) || !Double.isFinite(scale)) {
      throw new IllegalArgumentException("scale must be positive, was " + scale);
    }
  }

  /** Returns settings for square frames with defaults that fit in seconds. */
  public static CodebookSettings of(
      FrameContent content, int classes, int frameSize, int patchSize, int codes, long seed) {
    return new CodebookSettings(
        content,
        classes,
        content == FrameContent.DEPTH ? DEFAULT_DEPTH_SCALE : 1,
        new FrameSize(frameSize, frameSize),
        patchSize,
        codes,
        codes * DEFAULT_PATCHES_PER_CODE,
        DEFAULT_ROUNDS,
        seed);
  }

  /** Returns the number of planes of a frame. */
  public int channels() {
    return content.channels(classes);
  }

  /** Returns the pixels of a patch. */
  int patchPixels() {
    return patchSize * patchSize;
  }

  /** Returns D, the numbers of a patch. */
  int patchWidth() {
    return patchPixels() * channels();
  }

  /** Returns the rows of the grid of ids. */
  int rows() {
    return frame.height() / patchSize;
  }

  /** Returns the columns of the grid of ids. */
  int columns() {
    return frame.width() / patchSize;
  }

  /** Returns what the frames are. */
  public FrameFormat format() {
    return new FrameFormat(content, classes, scale, false, frame, patchSize);
  }

  /** Returns a reader of stored pictures as such frames. */
  public FrameReader reader(int pixelLimit) {
    return format().reader(pixelLimit);
  }
}
