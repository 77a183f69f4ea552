package dev.masquerade.train.generate;

/** Something cannot be generated as asked: the user's mistake. The message says what to do. */
public final class GenerationRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates the exception. */
  public GenerationRefusedException(String message) {
    super(message);
  }

  /** Creates the exception with the failure that revealed it. */
  public GenerationRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
