package dev.masquerade.modality.code;

/** What the planes of a frame mean, and so how they are read, resized and flipped. */
public enum FrameContent {
  /** Three planes of colour in {@code [0, 1]}. */
  COLOURS(3),
  /** One plane of distances, in whatever unit the stored numbers have after scaling. */
  DEPTH(1),
  /** Three planes in {@code [-1, 1]}: x, y and z of surface normals. A flip turns x round. */
  NORMALS(3),
  /** One plane in {@code [0, 1]}: grey, edges or a mask. */
  GREY(1),
  /** One plane per class, 1 where a pixel has it and 0 elsewhere, or its probability. */
  CLASSES(0);

  private final int channels;

  FrameContent(int channels) {
    this.channels = channels;
  }

  /**
   * Returns the number of planes.
   *
   * @param classes number of classes, for {@link #CLASSES}
   */
  public int channels(int classes) {
    return this == CLASSES ? classes : channels;
  }
}
