package dev.masquerade.data.schema;

import java.util.List;

/** A value as it was written, before any descriptor gave it a meaning. */
sealed interface WrittenValue {

  /** Returns the line it starts on, counted from 1; 0 where lines are not known. */
  int line();

  /**
   * One word, number or text.
   *
   * @param quoted whether it stood in quotes; its text then has them removed and escapes resolved
   */
  record Scalar(String text, boolean quoted, int line) implements WrittenValue {}

  /** Several values for one repeated field. */
  record Sequence(List<WrittenValue> values, int line) implements WrittenValue {}

  /** Named values; a name may occur several times. */
  record Block(List<Entry> entries, int line) implements WrittenValue {}

  /** One name with its value; the line is the name's. */
  record Entry(String name, WrittenValue value, int line) {}
}
