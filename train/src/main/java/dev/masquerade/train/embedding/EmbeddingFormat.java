package dev.masquerade.train.embedding;

import java.nio.file.Path;
import java.util.Locale;

/** How a file holds embeddings; its name says. */
public enum EmbeddingFormat {
  /** An array (rows, width) of float32 for NumPy, names and labels in {@code .keys.csv} beside. */
  NPY,
  /** Lightly's: {@code filenames,embedding_0,...,labels}, a line per row. */
  CSV,
  /** One tensor {@code embeddings}; names and labels in the metadata. */
  SAFETENSORS;

  /**
   * Returns the format of a file.
   *
   * @throws InvalidEmbeddingsException if its name ends otherwise
   */
  public static EmbeddingFormat of(Path file) throws InvalidEmbeddingsException {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    for (EmbeddingFormat format : values()) {
      if (name.endsWith("." + format.name().toLowerCase(Locale.ROOT))) {
        return format;
      }
    }
    throw new InvalidEmbeddingsException(
        file, "its name should end in .npy, .csv or .safetensors, which says how it is stored");
  }
}
