package dev.masquerade.model.weights;

import java.io.IOException;
import java.nio.file.Path;

/** A file of weights, or its config, that is not what it should be. The message names the file. */
public final class InvalidWeightsException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * Creates the exception.
   *
   * @param file the file at fault
   * @param problem what is wrong with it, and what to do
   */
  public InvalidWeightsException(Path file, String problem) {
    super(file + ": " + problem);
  }

  /** Creates the exception with the failure that revealed it. */
  public InvalidWeightsException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
