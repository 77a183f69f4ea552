package dev.masquerade.train.embedding;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.masquerade.model.weights.ElementType;
import dev.masquerade.model.weights.SafetensorsFile;
import dev.masquerade.model.weights.TensorEntry;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Embeddings in the tensor {@code embeddings} of a safetensors file. */
final class SafetensorsTable implements EmbeddingTable {

  static final String TENSOR = "embeddings";
  static final String NAMES = "filenames";
  static final String LABELS = "labels";
  static final String STATUS = "status";

  private final MappedRows rows;
  private final List<EmbeddingKey> keys;

  private SafetensorsTable(MappedRows rows, List<EmbeddingKey> keys) {
    this.rows = rows;
    this.keys = keys;
  }

  static SafetensorsTable open(Path file) throws IOException {
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      TensorEntry entry =
          tensors
              .find(TENSOR)
              .orElseThrow(
                  () ->
                      new InvalidEmbeddingsException(
                          file,
                          "has no tensor \"embeddings\" but "
                              + tensors.tensors().stream().map(TensorEntry::name).limit(5).toList()
                              + ". Is it a file of weights?"));
      ElementType type = entry.type();
      boolean fits =
          entry.shape().size() == 2
              && !type.isWhole()
              && entry.shape().stream().allMatch(length -> length <= Integer.MAX_VALUE);
      if (!fits) {
        throw new InvalidEmbeddingsException(
            file,
            "embeddings are real numbers of shape (rows, width); these are "
                + type
                + " of shape "
                + entry.shape());
      }
      int count = Math.toIntExact(entry.shape().get(0));
      MappedRows rows =
          MappedRows.map(
              file,
              tensors.begin(TENSOR),
              count,
              Math.toIntExact(entry.shape().get(1)),
              type.bytes(),
              ByteOrder.LITTLE_ENDIAN,
              (bytes, at) -> type.floatAt(bytes, at / type.bytes()));
      return new SafetensorsTable(rows, keys(file, tensors.metadata(), count));
    }
  }

  private static List<EmbeddingKey> keys(Path file, Map<String, String> metadata, int count)
      throws IOException {
    if (!metadata.containsKey(NAMES)) {
      return KeysFile.read(file, count);
    }
    List<String> names = strings(file, metadata, NAMES, count);
    List<String> labels = strings(file, metadata, LABELS, count);
    List<String> status = strings(file, metadata, STATUS, count);
    List<EmbeddingKey> keys = new ArrayList<>(count);
    for (int row = 0; row < count; row++) {
      keys.add(new EmbeddingKey(names.get(row), labels.get(row), status.get(row)));
    }
    return keys;
  }

  private static List<String> strings(
      Path file, Map<String, String> metadata, String key, int count)
      throws InvalidEmbeddingsException {
    List<String> strings = new ArrayList<>(count);
    try {
      String json = metadata.get(key);
      if (json == null) {
        return Collections.nCopies(count, "");
      }
      JsonArray array = JsonParser.parseString(json).getAsJsonArray();
      for (JsonElement element : array) {
        strings.add(element.getAsString());
      }
    } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
      throw new InvalidEmbeddingsException(
          file, "its metadata \"" + key + "\" is not a list of strings", e);
    }
    if (strings.size() != count) {
      throw new InvalidEmbeddingsException(
          file,
          "its metadata \"" + key + "\" has " + strings.size() + " entries for " + count + " rows");
    }
    return strings;
  }

  @Override
  public int rows() {
    return rows.rows();
  }

  @Override
  public int width() {
    return rows.width();
  }

  @Override
  public EmbeddingKey key(int row) {
    return keys.get(row);
  }

  @Override
  public void copy(int row, float[] target, int at) {
    rows.copy(row, target, at);
  }

  @Override
  public void close() {}
}
