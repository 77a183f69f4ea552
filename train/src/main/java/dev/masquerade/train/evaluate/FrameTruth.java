package dev.masquerade.train.evaluate;

import org.jspecify.annotations.Nullable;

/**
 * What a picture-like target should have been.
 *
 * <p>Class maps are kept as numbers, because a plane per class would take a hundred times the room.
 *
 * @param values (channels, pixels) numbers; empty for class maps
 * @param classes (pixels) class numbers; empty for other content
 * @param objects (pixels) true where an object is seen; null where that is not known
 */
@SuppressWarnings("ArrayRecordComponent") // a holder that is never compared
record FrameTruth(float[] values, char[] classes, boolean @Nullable [] objects) {

  FrameTruth withObjects(boolean @Nullable [] mask) {
    return new FrameTruth(values, classes, mask);
  }
}
