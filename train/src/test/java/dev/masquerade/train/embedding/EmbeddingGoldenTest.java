package dev.masquerade.train.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Embeddings as Lightly 1.5.26 exports them: {@code embeddings*.csv}, and beside each the JSON of
 * what it was written from. Read they must equal it, written they must equal the CSV byte by byte.
 */
class EmbeddingGoldenTest {

  @TempDir private Path directory;

  static Stream<Path> cases() throws IOException, URISyntaxException {
    String elsewhere = System.getProperty("masquerade.goldens", "");
    URL here = EmbeddingGoldenTest.class.getResource("/goldens/lightly/embeddings.csv");
    Path folder =
        elsewhere.isEmpty() && here != null
            ? Path.of(here.toURI()).resolveSibling("")
            : Path.of(elsewhere, "lightly");
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("embeddings.*\\.csv"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void csvOfLightly_holdsWhatItWasWrittenFrom(Path csv) throws IOException {
    JsonObject source = source(csv);
    JsonArray embeddings = source.getAsJsonArray("embeddings");

    try (EmbeddingTable table = EmbeddingTable.open(csv)) {
      assertThat(table.rows()).isEqualTo(embeddings.size());
      for (int row = 0; row < table.rows(); row++) {
        assertThat(row(table, row)).isEqualTo(floats(embeddings.get(row).getAsJsonArray()));
        assertThat(table.key(row))
            .isEqualTo(
                new EmbeddingKey(
                    source.getAsJsonArray("filenames").get(row).getAsString(),
                    source.getAsJsonArray("labels").get(row).getAsString()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void csvWrittenFromTheSameValues_isTheSameFile(Path csv) throws IOException {
    JsonObject source = source(csv);
    JsonArray embeddings = source.getAsJsonArray("embeddings");
    Path written = directory.resolve("written.csv");
    int width = embeddings.get(0).getAsJsonArray().size();

    try (EmbeddingWriter writer = EmbeddingWriter.begin(written, "golden", width)) {
      for (int row = 0; row < embeddings.size(); row++) {
        writer.add(
            new EmbeddingKey(
                source.getAsJsonArray("filenames").get(row).getAsString(),
                source.getAsJsonArray("labels").get(row).getAsString()),
            floats(embeddings.get(row).getAsJsonArray()),
            0);
      }
      writer.finish();
    }

    assertThat(written).hasSameBinaryContentAs(csv);
  }

  private static JsonObject source(Path csv) throws IOException {
    Path json = csv.resolveSibling(csv.getFileName().toString().replace(".csv", ".json"));
    return JsonParser.parseString(Files.readString(json)).getAsJsonObject();
  }

  private static float[] floats(JsonArray values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).getAsFloat();
    }
    return floats;
  }

  private static float[] row(EmbeddingTable table, int row) {
    float[] values = new float[table.width()];
    table.copy(row, values, 0);
    return values;
  }
}
