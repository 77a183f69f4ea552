package dev.masquerade.model.engine;

/** The engine or a device cannot be used as asked. The message says what to do. */
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates the exception. */
  public EngineException(String message) {
    super(message);
  }

  /** Creates the exception with the failure behind it. */
  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
