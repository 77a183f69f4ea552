package dev.masquerade.model.weights.pickle;

import dev.masquerade.model.weights.ElementType;

/**
 * One block of values that tensors are views of, as a pickle announces it.
 *
 * @param key its name in the file
 * @param type of the values it was made for
 * @param elements number of them
 */
record Storage(String key, ElementType type, long elements) {

  Storage {
    if (elements < 0 || elements > Long.MAX_VALUE / 16) {
      throw new IllegalArgumentException("impossible length " + elements);
    }
  }

  long byteCount() {
    return elements * type.bytes();
  }

  /**
   * A part of a storage that behaves like one.
   *
   * @param storage the whole
   * @param offset values before the part
   * @param elements values of the part
   */
  record Part(Storage storage, long offset, long elements) {}
}
