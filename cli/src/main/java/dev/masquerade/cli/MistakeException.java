package dev.masquerade.cli;

/** Something on the command line that cannot be done, found after its options were read. */
final class MistakeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  MistakeException(String message) {
    super(message);
  }

  /** Passes on why a value was refused. */
  MistakeException(IllegalArgumentException refusal) {
    super(String.valueOf(refusal.getMessage()), refusal);
  }
}
