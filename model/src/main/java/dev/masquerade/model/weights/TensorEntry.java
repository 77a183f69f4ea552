package dev.masquerade.model.weights;

import java.util.List;

/**
 * One tensor of a safetensors file, without its values.
 *
 * @param name unique in the file
 * @param type of its values
 * @param shape lengths of its axes; empty for a single value
 * @param begin first byte, from the start of the file
 * @param end byte after the last
 */
public record TensorEntry(String name, ElementType type, List<Long> shape, long begin, long end) {
  public TensorEntry {
    shape = List.copyOf(shape);
  }

  /** Returns the number of values. */
  public long elements() {
    return (end - begin) / type.bytes();
  }
}
