package dev.masquerade.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.data.Offset.offset;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.golden.GoldenModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Position tables are those of the reference; the tolerance is that of all golden tests. */
class PositionTablesGoldenTest {

  private static final float TOLERANCE = 5e-5f;
  private static final Pattern SEQUENCE = Pattern.compile("posemb1d\\.([0-9]+)\\.([0-9]+)");
  private static final Pattern GRID = Pattern.compile("posemb2d\\.([0-9]+)x([0-9]+)\\.([0-9]+)");

  @Test
  void tablesOfTheReference_areReproduced() throws Exception {
    List<String> compared = new ArrayList<>();
    for (Path file : GoldenFiles.in(GoldenFiles.fourm(), ".*\\.safetensors")) {
      try (SafetensorsFile golden = SafetensorsFile.open(file)) {
        for (TensorEntry entry : golden.tensors()) {
          Matcher sequence = SEQUENCE.matcher(entry.name());
          Matcher grid = GRID.matcher(entry.name());
          float[] table;
          if (sequence.matches()) {
            table = PositionTables.sequence(number(sequence, 1), number(sequence, 2));
          } else if (grid.matches()) {
            table = PositionTables.grid(number(grid, 1), number(grid, 2), number(grid, 3));
          } else {
            continue;
          }
          compared.add(entry.name());
          assertThat(table)
              .as(entry.name())
              .containsExactly(golden.floats(entry.name()), offset(TOLERANCE));
        }
      }
    }
    assumeThat(GoldenFiles.some(compared, "tables of positions")).isNotEmpty();
  }

  @Test
  void fixedTensorsOfModels_startAsTheReferenceStoresThem() throws Exception {
    int compared = 0;
    ParameterInitialiser initialiser = new ParameterInitialiser(1);
    for (Path file : GoldenFiles.models()) {
      GoldenModel model = GoldenModel.read(file);
      try (SafetensorsFile golden = SafetensorsFile.open(model.tensors())) {
        ParameterLayout layout = ParameterLayout.of(model.config(), model.modalities());
        for (ParameterSpec spec : layout.owners()) {
          if (!spec.trainable()) {
            compared++;
            assertThat(initialiser.values(spec))
                .as(model + " " + spec.name())
                .containsExactly(golden.floats("param." + spec.name()), offset(TOLERANCE));
          }
        }
      }
    }
    assertThat(compared).isPositive();
  }

  /** Tables of places, with a row of zeros for the class token or without. */
  @Test
  void tablesOfMaskedAutoencoders_areReproduced() throws Exception {
    Pattern table = Pattern.compile("(?:sincos_)?d([0-9]+)_g([0-9]+)_(cls|nocls|prefix([0-9]+))");
    int compared = 0;
    List<Path> files = new ArrayList<>(GoldenFiles.in(GoldenFiles.mae(), "sincos.*\\.safetensors"));
    files.addAll(GoldenFiles.in(GoldenFiles.lightly(), "token_ops.*\\.safetensors"));
    for (Path file : files) {
      try (SafetensorsFile golden = SafetensorsFile.open(file)) {
        for (TensorEntry entry : golden.tensors()) {
          Matcher name = table.matcher(entry.name());
          if (name.matches()) {
            int edge = number(name, 2);
            int prefix = (int) (entry.shape().get(0) - (long) edge * edge);
            assertThat(PositionTables.places(edge, edge, number(name, 1), prefix))
                .as(entry.name())
                .containsExactly(golden.floats(entry.name()), offset(2e-5f));
            compared++;
          }
        }
      }
    }
    assertThat(compared).isPositive();
  }

  /** The frozen tables of released models, bit for bit. */
  @Test
  void tablesOfReleasedSizes_haveTheirChecksums() throws Exception {
    int compared = 0;
    for (Path file : GoldenFiles.in(GoldenFiles.mae(), "sincos_checksums.*\\.json")) {
      for (JsonElement element : JsonParser.parseString(Files.readString(file)).getAsJsonArray()) {
        JsonObject golden = element.getAsJsonObject();
        int width = golden.get("dim").getAsInt();
        int edge = golden.get("grid").getAsInt();
        float[] table =
            PositionTables.places(
                edge, edge, width, golden.get("cls_token").getAsBoolean() ? 1 : 0);
        for (JsonElement value : golden.getAsJsonArray("values")) {
          JsonObject sample = value.getAsJsonObject();
          int at = sample.get("row").getAsInt() * width + sample.get("col").getAsInt();
          assertThat(table[at])
              .as("%s", sample)
              .isCloseTo((float) sample.get("value").getAsDouble(), offset(1e-7f));
        }
        ByteBuffer bytes =
            ByteBuffer.allocate(table.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(table);
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
        assertThat(HexFormat.of().formatHex(digest))
            .as("width %d, grid %d", width, edge)
            .isEqualTo(golden.get("sha256_f32_le").getAsString());
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  private static int number(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }
}
