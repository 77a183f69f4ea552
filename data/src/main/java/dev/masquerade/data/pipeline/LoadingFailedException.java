package dev.masquerade.data.pipeline;

/** A worker of a loader failed; the cause is its failure. */
public final class LoadingFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LoadingFailedException(Throwable cause) {
    super("Loading failed: " + cause.getMessage(), cause);
  }
}
