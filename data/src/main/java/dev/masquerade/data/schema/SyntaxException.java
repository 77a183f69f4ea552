package dev.masquerade.data.schema;

/** A text that is no text of its kind, so that nothing after the mistake can be judged. */
final class SyntaxException extends Exception {
  private static final long serialVersionUID = 1;

  private final int line;

  SyntaxException(int line, String message) {
    super(message);
    this.line = line;
  }

  /** Returns the line of the mistake, counted from 1; 0 where it is not known. */
  int line() {
    return line;
  }
}
