package dev.masquerade.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Offset.offset;

import dev.masquerade.model.golden.GoldenFiles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Resized position tables are those of the references, to the tolerance of forward passes. */
class PositionResizingGoldenTest {

  private static final float TOLERANCE = 2e-5f;
  private static final Pattern PAIR = Pattern.compile("g([0-9]+)_to_g([0-9]+)_d[0-9]+\\.in");

  @Test
  void tablesOfFineTuning_areReproduced() throws Exception {
    int compared = 0;
    for (Path file : GoldenFiles.in(GoldenFiles.mae(), "pos_interp.*\\.safetensors")) {
      try (SafetensorsFile golden = SafetensorsFile.open(file)) {
        for (TensorEntry entry : golden.tensors()) {
          Matcher pair = PAIR.matcher(entry.name());
          if (pair.matches()) {
            int from = Integer.parseInt(pair.group(1));
            int to = Integer.parseInt(pair.group(2));
            compare(golden, entry.name(), entry.name().replace(".in", ".out"), from, to);
            compared++;
          }
        }
      }
    }
    assertThat(compared).isPositive();
  }

  @Test
  void tablesOfMaskedBackbones_areReproduced() throws Exception {
    int compared = 0;
    for (Path file : GoldenFiles.in(GoldenFiles.lightly(), "mae_backbone.*\\.safetensors")) {
      try (SafetensorsFile golden = SafetensorsFile.open(file)) {
        String table = "backbone.encoder.pos_embedding";
        for (String resized : new String[] {"pos_larger", "pos_smaller"}) {
          compare(golden, table, resized, edge(golden, table), edge(golden, resized));
          compared++;
        }
      }
    }
    assertThat(compared).isPositive();
  }

  private static int edge(SafetensorsFile golden, String table) throws Exception {
    return (int) Math.sqrt((double) (golden.get(table).shape().get(1) - 1));
  }

  private static void compare(SafetensorsFile golden, String in, String out, int from, int to)
      throws Exception {
    int prefix = Math.toIntExact(golden.get(in).shape().get(1) - (long) from * from);
    int width = Math.toIntExact(golden.get(in).shape().get(2));
    float[] resized =
        PositionResizing.places(
            golden.floats(in), prefix, width, from, from, to, to, Resampling.BICUBIC);
    assertThat(resized).as(out).containsExactly(golden.floats(out), offset(TOLERANCE));
  }

  @ParameterizedTest
  @EnumSource(Resampling.class)
  void anyGrid_keepsConstantsAndPrefix(Resampling resampling) {
    float[] table = new float[(2 + 3 * 7) * 2];
    Arrays.fill(table, 0.75f);
    Arrays.fill(table, 0, 4, -9f);
    for (int[] to : new int[][] {{7, 3}, {1, 1}, {14, 29}, {3, 7}, {2, 50}}) {
      float[] resized = PositionResizing.places(table, 2, 2, 3, 7, to[0], to[1], resampling);
      assertThat(resized).hasSize((2 + to[0] * to[1]) * 2);
      for (int i = 0; i < resized.length; i++) {
        assertThat(resized[i]).isCloseTo(i < 4 ? -9f : 0.75f, within(1e-6f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Resampling.class)
  void rowsAndColumns_areNotExchanged(Resampling resampling) {
    // Values grow along columns only, so every row stays like every other.
    float[] ramp = new float[4 * 6];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = i % 6;
    }
    float[] resized = PositionResizing.places(ramp, 0, 1, 4, 6, 8, 3, resampling);
    for (int row = 0; row < 8; row++) {
      assertThat(resized[row * 3 + 1]).isCloseTo(2.5f, within(1e-5f));
      assertThat(resized[row * 3]).isLessThan(resized[row * 3 + 2]);
      assertThat(resized[row * 3]).isCloseTo(resized[0], within(1e-5f));
    }
  }

  /** The middle of a shrunk line takes from far places with antialiasing, and does not without. */
  @Test
  void antialiasing_seesWhatFallsTogether() {
    float[] impulse = new float[16];
    impulse[5] = 1;
    float[] plain = PositionResizing.places(impulse, 0, 1, 1, 16, 1, 2, Resampling.BILINEAR);
    float[] smooth =
        PositionResizing.places(impulse, 0, 1, 1, 16, 1, 2, Resampling.BILINEAR_ANTIALIASED);

    // Place 0 of 2 lies at 3.5 of 16: between places 3 and 4.
    assertThat(plain).containsExactly(0, 0);
    // A triangle of half-width 8 around 4 (in edges): weight 1 - 1.5 / 8 of a sum cut at 0.
    assertThat(smooth[0]).isCloseTo((float) ((1 - 1.5 / 8) / 7), within(1e-6f));
    assertThat(smooth[1]).isBetween(0.01f, 0.1f);
  }

  @Test
  void planes_areResizedLikePlaces() {
    float[] planes = new float[2 * 3 * 4];
    float[] places = new float[planes.length];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = (float) Math.sin(i);
      places[i % 12 * 2 + i / 12] = planes[i];
    }
    float[] one = PositionResizing.planes(planes, 2, 3, 4, 5, 2, Resampling.BILINEAR);
    float[] other = PositionResizing.places(places, 0, 2, 3, 4, 5, 2, Resampling.BILINEAR);
    for (int i = 0; i < one.length; i++) {
      assertThat(one[i]).isEqualTo(other[i % 10 * 2 + i / 10]);
    }
  }

  @Test
  void tablesOfAnotherGrid_areRefused() {
    assertThatThrownBy(
            () -> PositionResizing.places(new float[34], 1, 2, 4, 5, 2, 2, Resampling.BICUBIC))
        .hasMessageContaining("34 values is not one of 1 + 4 x 5 positions of width 2");
    assertThatThrownBy(
            () -> PositionResizing.places(new float[34], 1, 2, 4, 4, 0, 2, Resampling.BICUBIC))
        .hasMessageContaining("at least one place each way");
  }
}
