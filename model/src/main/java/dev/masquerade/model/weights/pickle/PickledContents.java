package dev.masquerade.model.weights.pickle;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a file was found to hold.
 *
 * @param made by its pickle, see {@link GuardedUnpickler#read}
 * @param begins where each storage begins in the file, by key
 */
record PickledContents(@Nullable Object made, Map<String, Long> begins) {

  long begin(Storage storage) {
    Long begin = begins.get(storage.key());
    if (begin == null) {
      throw new IllegalStateException("storage " + storage.key() + " was not checked");
    }
    return begin;
  }
}
