package dev.masquerade.train.checkpoint;

/** A run cannot be started or resumed as asked: the user's mistake. The message says what to do. */
public final class RunRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates the exception. */
  public RunRefusedException(String message) {
    super(message);
  }

  /** Creates the exception with the failure that revealed it. */
  public RunRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
