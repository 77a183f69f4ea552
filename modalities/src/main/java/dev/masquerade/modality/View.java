package dev.masquerade.modality;

/**
 * The part of a sample that is looked at: one crop, drawn once per sample and applied to every
 * spatial modality, so that pixels, ids, boxes and class maps stay aligned whatever size each is
 * stored in.
 *
 * @param top upper edge as a fraction of the height, in {@code [0, 1)}
 * @param left left edge as a fraction of the width, in {@code [0, 1)}
 * @param height height as a fraction, in {@code (0, 1]}
 * @param width width as a fraction, in {@code (0, 1]}
 * @param flipped whether left and right are exchanged after cropping
 * @param cropIndex row to take where tokens were computed ahead for several crops; 0 otherwise
 * @param seed where modalities that choose (one of several captions, an order of boxes) start their
 *     stream of chance; drawn once per sample
 * @param surrounded whether pixels around the part may be read when it is resized, as if the whole
 *     picture were resized and then cut; otherwise it is cut out first
 * @param retouch what is done to colours at last
 */
public record View(
    double top,
    double left,
    double height,
    double width,
    boolean flipped,
    int cropIndex,
    long seed,
    boolean surrounded,
    Retouch retouch) {

  /** The whole picture as it is. */
  public static final View WHOLE = new View(0, 0, 1, 1, false, 0, 0);

  private static final double SLACK = 1e-9;

  public View {
    if (!(top >= 0 && left >= 0 && height > 0 && width > 0)
        || top + height > 1 + SLACK
        || left + width > 1 + SLACK
        || cropIndex < 0) {
      throw new IllegalArgumentException(
          "a view must lie inside the picture, was top="
              + top
              + " left="
              + left
              + " height="
              + height
              + " width="
              + width
              + " cropIndex="
              + cropIndex);
    }
  }

  /** Creates a view in which nothing is left to chance. */
  public View(
      double top, double left, double height, double width, boolean flipped, int cropIndex) {
    this(top, left, height, width, flipped, cropIndex, 0);
  }

  /** Creates a view that is cut out first and not retouched. */
  public View(
      double top,
      double left,
      double height,
      double width,
      boolean flipped,
      int cropIndex,
      long seed) {
    this(top, left, height, width, flipped, cropIndex, seed, false, Retouch.NONE);
  }

  /** Returns the same part of the sample with other choices. */
  public View withSeed(long other) {
    return new View(top, left, height, width, flipped, cropIndex, other, surrounded, retouch);
  }

  /** Returns the same part with left and right exchanged. */
  public View withFlip() {
    return new View(top, left, height, width, !flipped, cropIndex, seed, surrounded, retouch);
  }

  /** Returns the same part, resized together with what is around it. */
  public View withSurroundings() {
    return new View(top, left, height, width, flipped, cropIndex, seed, true, retouch);
  }

  /** Returns the same part with other colours. */
  public View withRetouch(Retouch other) {
    return new View(top, left, height, width, flipped, cropIndex, seed, surrounded, other);
  }
}
