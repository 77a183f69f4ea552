package dev.masquerade.model.weights.pickle;

import dev.masquerade.model.weights.ElementType;
import dev.masquerade.model.weights.TensorEntry;
import java.util.List;

/**
 * A tensor as a pickle describes it: where in a storage each of its values stands.
 *
 * @param storage where the values are
 * @param type of the values
 * @param offset bytes before the first value
 * @param shape lengths of its axes
 * @param strides values from one index of an axis to the next; 0 where an axis repeats a value
 */
record TensorView(
    Storage storage, ElementType type, long offset, List<Long> shape, List<Long> strides) {

  private static final int MOST_AXES = 32;

  TensorView {
    shape = List.copyOf(shape);
    strides = List.copyOf(strides);
  }

  /**
   * Checks and makes a view.
   *
   * @param offset values before the first one
   * @throws RefusedPickleException if it leaves its part of the storage
   */
  static TensorView of(
      Storage.Part part, ElementType type, long offset, List<Long> shape, List<Long> strides)
      throws RefusedPickleException {
    if (shape.size() != strides.size() || shape.size() > MOST_AXES) {
      throw new RefusedPickleException(
          "has a tensor of "
              + shape.size()
              + " axes with "
              + strides.size()
              + " strides; up to "
              + MOST_AXES
              + " of each are allowed");
    }
    Storage storage = part.storage();
    long partBytes = part.elements() * storage.type().bytes();
    try {
      new TensorEntry("", type, shape);
      long last = offset;
      boolean empty = false;
      for (int axis = 0; axis < shape.size(); axis++) {
        if (shape.get(axis) < 0 || strides.get(axis) < 0) {
          throw outside(storage, offset, shape, strides);
        }
        empty |= shape.get(axis) == 0;
        last =
            Math.addExact(
                last, Math.multiplyExact(Math.max(0, shape.get(axis) - 1), strides.get(axis)));
      }
      long needed = empty ? 0 : Math.multiplyExact(Math.addExact(last, 1), (long) type.bytes());
      if (offset < 0 || needed > partBytes) {
        throw outside(storage, offset, shape, strides);
      }
      long begin = Math.multiplyExact(offset, (long) type.bytes());
      return new TensorView(
          storage, type, begin + part.offset() * storage.type().bytes(), shape, strides);
    } catch (ArithmeticException | IllegalArgumentException e) {
      RefusedPickleException refusal = outside(storage, offset, shape, strides);
      refusal.initCause(e);
      throw refusal;
    }
  }

  private static RefusedPickleException outside(
      Storage storage, long offset, List<Long> shape, List<Long> strides) {
    return new RefusedPickleException(
        "has a tensor of shape "
            + shape
            + ", strides "
            + strides
            + " and offset "
            + offset
            + ", which leaves its storage of "
            + storage.elements()
            + " values. The file is damaged or was made to do harm");
  }

  /** Says whether values stand one after another, without a gap and in order. */
  boolean isContiguous() {
    long expected = 1;
    for (int axis = shape.size() - 1; axis >= 0; axis--) {
      if (shape.get(axis) == 0) {
        return true;
      }
      if (shape.get(axis) != 1 && strides.get(axis) != expected) {
        return false;
      }
      expected *= shape.get(axis);
    }
    return true;
  }
}
