package dev.masquerade.model.weights;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.model.golden.GoldenFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Position planes are those of MultiMAE on square grids, and right on all. */
class PlaneTablesGoldenTest {

  private static final Pattern NAME = Pattern.compile("posemb_h(\\d+)_w(\\d+)_d(\\d+)");

  static Stream<Path> files() {
    return GoldenFolder.of("multimae").find("posemb.*\\.safetensors").stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void planes_areThoseOfTheReference(Path path) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      for (TensorEntry entry : file.tensors()) {
        Matcher name = NAME.matcher(entry.name());
        assertThat(name.matches()).as(entry.name()).isTrue();
        int rows = Integer.parseInt(name.group(1));
        int columns = Integer.parseInt(name.group(2));
        int width = Integer.parseInt(name.group(3));
        float[] planes = PositionTables.planes(rows, columns, width);
        float[] asReference = new float[planes.length];
        int places = rows * columns;
        for (int place = 0; place < places; place++) {
          // The reference numbers places column by column and stores them as if row by row; on a
          // square grid both are the same.
          int here = rows == columns ? place : place % rows * columns + place / rows;
          for (int d = 0; d < width; d++) {
            asReference[d * places + place] =
                rows == columns
                    ? planes[d * places + place]
                    : swapped(planes, d, width, places, here);
          }
        }
        assertClose(entry.name(), asReference, file.floats(entry.name()), 2e-6);
      }
    }
  }

  /** The reference's first half follows the column and its second the row. */
  private static float swapped(float[] planes, int d, int width, int places, int place) {
    return planes[(d + width / 2) % width * places + place];
  }
}
