package dev.masquerade.train.embedding;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Embeddings in Lightly's layout. Text has to be read whole, so the numbers stay in memory.
 *
 * <p>The layout has no place for what was wrong with an image: rows of nothing but NaN count as
 * broken.
 */
final class CsvTable implements EmbeddingTable {

  static final String NAMES = "filenames";
  static final String LABELS = "labels";
  static final String COLUMN = "embedding_";

  private final int width;
  private final List<float[]> values;
  private final List<EmbeddingKey> keys;

  private CsvTable(int width, List<float[]> values, List<EmbeddingKey> keys) {
    this.width = width;
    this.values = values;
    this.keys = keys;
  }

  static CsvTable read(Path file) throws IOException {
    List<float[]> values = new ArrayList<>();
    List<EmbeddingKey> keys = new ArrayList<>();
    try (CsvReader reader = new CsvReader(file)) {
      List<String> header =
          reader.next().orElseThrow(() -> new InvalidEmbeddingsException(file, "is empty"));
      int width = width(file, header);
      for (Optional<List<String>> next = reader.next(); next.isPresent(); next = reader.next()) {
        List<String> fields = next.get();
        if (fields.size() != header.size()) {
          throw new InvalidEmbeddingsException(
              file,
              "line "
                  + reader.line()
                  + ": has "
                  + fields.size()
                  + " fields, but the header names "
                  + header.size());
        }
        float[] row = new float[width];
        for (int i = 0; i < width; i++) {
          row[i] = number(file, reader.line(), header.get(i + 1), fields.get(i + 1));
        }
        values.add(row);
        boolean broken = width > 0 && nothingButNaN(row);
        String label = width + 1 < header.size() ? fields.get(width + 1) : "";
        keys.add(new EmbeddingKey(fields.get(0), label, broken ? "has no embedding" : ""));
      }
      return new CsvTable(width, values, keys);
    }
  }

  private static int width(Path file, List<String> header) throws InvalidEmbeddingsException {
    int width = 0;
    while (width + 1 < header.size() && header.get(width + 1).equals(COLUMN + width)) {
      width++;
    }
    boolean ends = width + 1 == header.size() || header.get(width + 1).equals(LABELS);
    if (!header.get(0).equals(NAMES) || width == 0 || !ends) {
      throw new InvalidEmbeddingsException(
          file,
          "should begin with the line filenames,embedding_0,embedding_1,...,labels, not with "
              + String.join(",", header.subList(0, Math.min(4, header.size()))));
    }
    return width;
  }

  private static float number(Path file, int line, String column, String text)
      throws InvalidEmbeddingsException {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "nan" -> Float.NaN;
      case "inf" -> Float.POSITIVE_INFINITY;
      case "-inf" -> Float.NEGATIVE_INFINITY;
      default -> {
        try {
          yield Float.parseFloat(text);
        } catch (NumberFormatException e) {
          throw new InvalidEmbeddingsException(
              file, "line " + line + ", " + column + ": \"" + text + "\" is not a number", e);
        }
      }
    };
  }

  private static boolean nothingButNaN(float[] row) {
    for (float value : row) {
      if (!Float.isNaN(value)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int rows() {
    return keys.size();
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public EmbeddingKey key(int row) {
    return keys.get(row);
  }

  @Override
  public void copy(int row, float[] target, int at) {
    System.arraycopy(values.get(row), 0, target, at, width);
  }

  @Override
  public void close() {}
}
