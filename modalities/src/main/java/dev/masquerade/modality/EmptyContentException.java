package dev.masquerade.modality;

/**
 * Content that is sound and holds nothing, such as an empty caption. Readers of samples take the
 * sample as one that lacks the modality; everyone else may treat it as bad.
 */
public final class EmptyContentException extends BadSampleException {
  private static final long serialVersionUID = 1;

  /** Creates the exception; {@code message} says what is empty, not where it stood. */
  public EmptyContentException(String message) {
    super(message);
  }
}
