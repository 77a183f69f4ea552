package dev.masquerade.modality.code;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.FrameSize;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads stored arrays of features: real numbers, C at each of h x w places, of one crop or of
 * several along a first axis.
 *
 * @param channels C
 * @param size h and w
 * @param layout order of the numbers
 */
record FeatureReader(int channels, FrameSize size, FeatureLayout layout) {

  /** Returns h x w. */
  int places() {
    return size.height() * size.width();
  }

  /**
   * Reads a member.
   *
   * @param extension npy, or npz with one array
   */
  static NpyArray array(byte[] bytes, String extension) throws BadSampleException {
    return extension.equals("npz") ? NpzArchive.read(bytes).single() : NpyArray.read(bytes);
  }

  /**
   * Tells how an array is laid out.
   *
   * @throws BadSampleException if it does not fit, or fits in two ways
   */
  StoredFeatures read(NpyArray array) throws BadSampleException {
    if (!array.type().isReal()) {
      throw new BadSampleException("features must be real numbers, were " + array.type());
    }
    List<FeatureLayout> fitting = new ArrayList<>();
    for (FeatureLayout one : FeatureLayout.values()) {
      if ((layout == FeatureLayout.BY_SHAPE || layout == one) && crops(array, one) > 0) {
        fitting.add(one);
      }
    }
    if (fitting.isEmpty()) {
      throw new BadSampleException(
          "features of shape "
              + array.shape()
              + " do not fit "
              + size.height()
              + " x "
              + size.width()
              + " places of "
              + channels
              + " numbers; write "
              + shapes()
              + ", of several crops with their number before it");
    }
    // With one place, or one number at each, all orders are the same.
    boolean differ = places() > 1 && channels > 1;
    if (differ
        && fitting.contains(FeatureLayout.CHANNELS_FIRST)
        && fitting.contains(FeatureLayout.CHANNELS_LAST)) {
      throw new BadSampleException(
          "features of shape "
              + array.shape()
              + " may be (C, h, w) or (h, w, C). Set the option layout to channels_first or"
              + " channels_last");
    }
    FeatureLayout found = fitting.get(0);
    return new StoredFeatures(this, array, found, crops(array, found));
  }

  private String shapes() {
    String places = "(" + places() + ", " + channels + ")";
    return switch (layout) {
      case CHANNELS_FIRST -> first();
      case CHANNELS_LAST -> last();
      case PLACES -> places;
      case BY_SHAPE -> first() + ", " + last() + " or " + places;
    };
  }

  private String first() {
    return "(" + channels + ", " + size.height() + ", " + size.width() + ")";
  }

  private String last() {
    return "(" + size.height() + ", " + size.width() + ", " + channels + ")";
  }

  /** Returns how many crops an array holds in a layout; 0 where it does not fit. */
  private int crops(NpyArray array, FeatureLayout one) {
    int[] shape =
        switch (one) {
          case BY_SHAPE -> new int[0];
          case CHANNELS_FIRST -> new int[] {channels, size.height(), size.width()};
          case CHANNELS_LAST -> new int[] {size.height(), size.width(), channels};
          case PLACES -> new int[] {places(), channels};
        };
    if (one == FeatureLayout.BY_SHAPE) {
      return 0;
    }
    if (ends(array, shape)) {
      int before = array.rank() - shape.length;
      return before == 0 ? 1 : before == 1 ? array.dimension(0) : 0;
    }
    // A single vector needs no axes for its place.
    boolean vector = places() == 1 && ends(array, new int[] {channels});
    return vector && array.rank() == 1 ? 1 : vector && array.rank() == 2 ? array.dimension(0) : 0;
  }

  private static boolean ends(NpyArray array, int[] shape) {
    int from = array.rank() - shape.length;
    boolean same = from >= 0;
    for (int axis = 0; same && axis < shape.length; axis++) {
      same = array.dimension(from + axis) == shape[axis];
    }
    return same;
  }
}
