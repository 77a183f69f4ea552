package dev.masquerade.train.embedding;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Labels in a file of their own: {@code name,label} a line, with or without a header. */
public final class LabelFile {

  private LabelFile() {}

  /**
   * Reads labels by name.
   *
   * @param file comma-separated. A header that names the columns {@code filenames} and {@code
   *     labels} picks them, so that files of embeddings and their keys serve; without one the first
   *     column is the name and the second the label
   * @throws InvalidEmbeddingsException if a line has no label
   */
  public static Map<String, String> read(Path file) throws IOException {
    Map<String, String> labels = new HashMap<>();
    int name = 0;
    int label = 1;
    try (CsvReader reader = new CsvReader(file)) {
      Optional<List<String>> next = reader.next();
      if (next.isPresent()
          && next.get().contains(CsvTable.NAMES)
          && next.get().contains(CsvTable.LABELS)) {
        name = next.get().indexOf(CsvTable.NAMES);
        label = next.get().indexOf(CsvTable.LABELS);
        next = reader.next();
      }
      for (; next.isPresent(); next = reader.next()) {
        List<String> fields = next.get();
        if (fields.size() <= Math.max(name, label)) {
          throw new InvalidEmbeddingsException(
              file, "line " + reader.line() + ": should hold a name, a comma and a label");
        }
        labels.put(fields.get(name), fields.get(label));
      }
    }
    return labels;
  }
}
