package dev.masquerade.train.embedding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Names, labels and states of rows, beside an array that cannot hold them: {@code x.keys.csv}. */
final class KeysFile {

  static final String HEADER = "filenames,labels,status";
  private static final List<String> COLUMNS = List.of(HEADER.split(",", -1));

  private KeysFile() {}

  /** Returns the file that belongs to an array. */
  static Path of(Path array) {
    String name = String.valueOf(array.getFileName());
    return array.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".keys.csv");
  }

  /** Returns one line. */
  static String line(EmbeddingKey key) {
    return CsvText.field(key.name())
        + ','
        + CsvText.field(key.label())
        + ','
        + CsvText.field(key.problem())
        + CsvText.LINE_END;
  }

  /**
   * Reads the keys of an array. Rows of an array that came without are called by their numbers.
   *
   * @throws InvalidEmbeddingsException if there are not as many as rows
   */
  static List<EmbeddingKey> read(Path array, int rows) throws IOException {
    Path file = of(array);
    List<EmbeddingKey> keys = new ArrayList<>(rows);
    if (!Files.exists(file)) {
      for (int row = 0; row < rows; row++) {
        keys.add(new EmbeddingKey(Integer.toString(row), ""));
      }
      return keys;
    }
    try (CsvReader reader = new CsvReader(file)) {
      Optional<List<String>> header = reader.next();
      if (header.isEmpty() || !header.get().equals(COLUMNS)) {
        throw new InvalidEmbeddingsException(file, "should begin with the line " + HEADER);
      }
      for (Optional<List<String>> next = reader.next(); next.isPresent(); next = reader.next()) {
        List<String> fields = next.get();
        if (fields.size() != COLUMNS.size()) {
          throw new InvalidEmbeddingsException(
              file, "line " + reader.line() + ": has " + fields.size() + " fields, not 3");
        }
        keys.add(new EmbeddingKey(fields.get(0), fields.get(1), fields.get(2)));
      }
    }
    if (keys.size() != rows) {
      throw new InvalidEmbeddingsException(
          file,
          "names "
              + keys.size()
              + " rows, but "
              + array.getFileName()
              + " has "
              + rows
              + ". Which of the two is older?");
    }
    return keys;
  }
}
