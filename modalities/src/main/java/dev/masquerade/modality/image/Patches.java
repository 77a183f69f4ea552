package dev.masquerade.modality.image;

/** Cuts frames of interleaved samples into square patches and joins them again. */
public final class Patches {

  private Patches() {}

  /**
   * Cuts a frame into patches.
   *
   * @param frame samples flattened row, column, channel; both edges are multiples of {@code patch}
   * @param patch edge of a patch
   * @return (L, patch x patch x channels) samples: patches row by row, each flattened row, column,
   *     channel
   */
  public static byte[] split(PixelImage frame, int patch) {
    int run = patch * frame.channels();
    int columns = columns(frame.width(), patch);
    byte[] from = frame.samples();
    byte[] to = new byte[from.length];
    int at = 0;
    for (int row = 0; row < columns(frame.height(), patch); row++) {
      for (int column = 0; column < columns; column++) {
        for (int y = 0; y < patch; y++) {
          int start = ((row * patch + y) * columns + column) * run;
          System.arraycopy(from, start, to, at, run);
          at += run;
        }
      }
    }
    return to;
  }

  /**
   * Joins patches into a frame: the way back from {@link #split}.
   *
   * @param patches (rows x columns, patch x patch x channels) samples
   */
  public static PixelImage join(byte[] patches, int rows, int columns, int patch, int channels) {
    int run = patch * channels;
    byte[] frame = new byte[rows * columns * patch * run];
    int at = 0;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        for (int y = 0; y < patch; y++) {
          int start = ((row * patch + y) * columns + column) * run;
          System.arraycopy(patches, at, frame, start, run);
          at += run;
        }
      }
    }
    return new PixelImage(rows * patch, columns * patch, channels, frame);
  }

  private static int columns(int edge, int patch) {
    if (edge % patch != 0) {
      throw new IllegalArgumentException(
          "an edge of " + edge + " pixels is no multiple of the patch size " + patch);
    }
    return edge / patch;
  }
}
