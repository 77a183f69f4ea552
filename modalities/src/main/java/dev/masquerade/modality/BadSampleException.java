package dev.masquerade.modality;

/**
 * Content of one sample that cannot be used. Readers of samples add shard, key and modality, count
 * it, and go on with the next sample until a declared limit.
 */
public class BadSampleException extends Exception {
  private static final long serialVersionUID = 1;

  /**
   * Creates the exception; {@code message} says what is wrong with the content, not where it stood.
   */
  public BadSampleException(String message) {
    super(message);
  }

  /** Creates the exception with the failure that revealed it. */
  public BadSampleException(String message, Throwable cause) {
    super(message, cause);
  }
}
