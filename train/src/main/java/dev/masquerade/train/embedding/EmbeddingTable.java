package dev.masquerade.train.embedding;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;

/** Rows of embeddings in the order they were written. Safe for use by several threads. */
public interface EmbeddingTable extends Closeable {

  /**
   * Opens a file.
   *
   * @param file ending in {@code .npy}, {@code .csv} or {@code .safetensors}
   * @throws InvalidEmbeddingsException if it does not hold embeddings as its name says
   */
  static EmbeddingTable open(Path file) throws IOException {
    return switch (EmbeddingFormat.of(file)) {
      case NPY -> NpyTable.open(file);
      case CSV -> CsvTable.read(file);
      case SAFETENSORS -> SafetensorsTable.open(file);
    };
  }

  /** Returns how many rows there are, broken ones counted. */
  int rows();

  /** Returns how many numbers a row has. */
  int width();

  /** Returns what a row belongs to. */
  EmbeddingKey key(int row);

  /**
   * Copies the numbers of one row.
   *
   * @param target receives {@link #width()} numbers from {@code at} on; those of a broken row are
   *     not a number
   */
  void copy(int row, float[] target, int at);

  /** Returns the row of a name, or empty where there is none. */
  default OptionalInt find(String name) {
    for (int row = 0; row < rows(); row++) {
      if (key(row).name().equals(name)) {
        return OptionalInt.of(row);
      }
    }
    return OptionalInt.empty();
  }
}
