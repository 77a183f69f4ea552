package dev.masquerade.train.embedding;

import java.io.IOException;
import java.nio.file.Path;

/** A file of embeddings that is not what it should be. The message names the file. */
public final class InvalidEmbeddingsException extends IOException {
  private static final long serialVersionUID = 1;

  /**
   * Creates the exception.
   *
   * @param problem what is wrong with the file, and what to do
   */
  public InvalidEmbeddingsException(Path file, String problem) {
    super(file + ": " + problem + ".");
  }

  /** Creates the exception with the failure that revealed it. */
  InvalidEmbeddingsException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem + ".", cause);
  }
}
