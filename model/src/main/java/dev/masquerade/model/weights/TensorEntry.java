package dev.masquerade.model.weights;

import java.util.List;

/**
 * One tensor of a file, without its values.
 *
 * @param name unique in the file
 * @param type of its values
 * @param shape lengths of its axes; empty for a single value
 */
public record TensorEntry(String name, ElementType type, List<Long> shape) {

  /**
   * Checks the shape.
   *
   * @throws ArithmeticException if there were more bytes than a {@code long} counts
   */
  public TensorEntry {
    shape = List.copyOf(shape);
    long bytes = type.bytes();
    for (long length : shape) {
      if (length < 0) {
        throw new IllegalArgumentException(name + " has a negative length in its shape " + shape);
      }
      bytes = Math.multiplyExact(bytes, length);
    }
  }

  /** Returns the number of values. */
  public long elements() {
    long elements = 1;
    for (long length : shape) {
      elements *= length;
    }
    return elements;
  }

  /** Returns the number of bytes its values take. */
  public long byteCount() {
    return elements() * type.bytes();
  }

  /** Returns the same tensor under another name. */
  public TensorEntry named(String other) {
    return new TensorEntry(other, type, shape);
  }
}
