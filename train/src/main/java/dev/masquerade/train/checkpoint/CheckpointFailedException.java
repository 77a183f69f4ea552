package dev.masquerade.train.checkpoint;

/** A checkpoint could not be written. Earlier ones are as they were. */
public final class CheckpointFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final long step;

  /**
   * Creates the exception.
   *
   * @param step that the checkpoint was of
   * @param message what failed, what is still valid, and what to do
   */
  public CheckpointFailedException(long step, String message, Throwable cause) {
    super(message, cause);
    this.step = step;
  }

  /** Returns the step that the checkpoint was of. */
  public long step() {
    return step;
  }
}
