package dev.masquerade.train.evaluate;

import dev.masquerade.modality.Planes;
import org.jspecify.annotations.Nullable;

/**
 * What a picture-like target should have been.
 *
 * <p>Class maps are kept as numbers, because a plane per class would take a hundred times the room.
 *
 * @param values (channels, pixels) numbers; empty for class maps
 * @param classes (pixels) class numbers, {@link #NO_CLASS} where a pixel has none; empty for other
 *     content
 * @param objects (pixels) true where an object is seen; null where that is not known
 */
@SuppressWarnings("ArrayRecordComponent") // a holder that is never compared
record FrameTruth(float[] values, char[] classes, boolean @Nullable [] objects) {

  /** Stands where a pixel has no class: nothing is right or wrong there. */
  static final char NO_CLASS = Character.MAX_VALUE;

  /** Returns a class map of a plane per class, all 0 where a pixel has none. */
  static FrameTruth ofClasses(Planes planes) {
    int pixels = planes.height() * planes.width();
    char[] classes = new char[pixels];
    for (int pixel = 0; pixel < pixels; pixel++) {
      boolean known = false;
      for (int at = pixel; !known && at < planes.values().length; at += pixels) {
        known = planes.values()[at] != 0;
      }
      classes[pixel] = known ? (char) FrameMetrics.likeliestClass(planes, pixel) : NO_CLASS;
    }
    return new FrameTruth(new float[0], classes, null);
  }

  FrameTruth withObjects(boolean @Nullable [] mask) {
    return new FrameTruth(values, classes, mask);
  }
}
