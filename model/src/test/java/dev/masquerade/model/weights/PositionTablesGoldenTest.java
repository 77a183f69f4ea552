package dev.masquerade.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.data.Offset.offset;

import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.golden.GoldenModel;
import java.nio.file.Path;
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
    int compared = 0;
    Path file = GoldenFiles.file("quantizers_and_posemb.safetensors");
    assumeThat(file).exists();
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
        compared++;
        assertThat(table)
            .as(entry.name())
            .containsExactly(golden.floats(entry.name()), offset(TOLERANCE));
      }
    }
    assertThat(compared).isPositive();
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

  private static int number(Matcher matcher, int group) {
    return Integer.parseInt(matcher.group(group));
  }
}
