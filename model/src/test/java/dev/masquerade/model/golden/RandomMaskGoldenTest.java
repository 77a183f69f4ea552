package dev.masquerade.model.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.masking.place.MaskRatio;
import dev.masquerade.masking.place.PlaceChoice;
import dev.masquerade.masking.place.PlaceGrid;
import dev.masquerade.masking.place.RandomPlaces;
import dev.masquerade.masking.place.RandomTokenMask;
import dev.masquerade.model.weights.SafetensorsFile;
import dev.masquerade.model.weights.TensorEntry;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Masks that MAE and Lightly made of noise, made of it again. */
class RandomMaskGoldenTest {

  @Test
  void masksOfMae_keepTheSmallestNoise() throws Exception {
    for (Path path : RecordedNoise.files("mae", "random_masking", ".safetensors")) {
      try (SafetensorsFile file = SafetensorsFile.open(path)) {
        for (TensorEntry noise : file.tensors()) {
          if (noise.name().matches("r\\d+\\.noise")) {
            check(file, noise, noise.name().replace(".noise", ""));
          }
        }
      }
    }
  }

  private static void check(SafetensorsFile file, TensorEntry noise, String prefix)
      throws Exception {
    int places = noise.shape().get(1).intValue();
    RandomPlaces maker =
        new RandomPlaces(new MaskRatio(Integer.parseInt(prefix.substring(1)) / 100.0));
    RecordedNoise draws = new RecordedNoise().add(file.floats(noise.name()), places);
    long[] restore = file.longs(prefix + ".ids_restore");
    float[] mask = file.floats(prefix + ".mask");
    PlaceChoice choice = new PlaceChoice(places);
    for (int row = 0; row < noise.shape().get(0); row++) {
      maker.choose(new PlaceGrid(1, places), draws, choice);
      assertThat((long) choice.seen()).isEqualTo(file.get(prefix + ".x_masked").shape().get(1));
      for (int k = 0; k < places; k++) {
        int place = choice.order()[k];
        assertThat(restore[row * places + place]).isEqualTo(k);
        assertThat(mask[row * places + place]).isEqualTo(k < choice.seen() ? 0f : 1f);
      }
    }
  }

  // Where Lightly keeps nothing, we refuse.
  @Test
  void masksOfLightly_areMadeAgain() throws Exception {
    int checked = 0;
    for (Path path : RecordedNoise.files("lightly", "random_token_mask", ".json")) {
      try (SafetensorsFile file = SafetensorsFile.open(GoldenFiles.tensors(path))) {
        for (JsonElement one : GoldenFiles.read(path).getAsJsonArray("cases")) {
          String prefix = "case" + one.getAsJsonObject().get("case").getAsInt() + ".";
          if (file.find(prefix + "noise").isPresent()) {
            check(file, one.getAsJsonObject(), prefix);
            checked++;
          }
        }
      }
    }
    assertThat(checked).isPositive();
  }

  private static void check(SafetensorsFile file, JsonObject one, String prefix) throws Exception {
    int rows = one.get("batch").getAsInt();
    int length = one.get("sequence_length").getAsInt();
    RandomTokenMask maker =
        new RandomTokenMask(
            new MaskRatio(one.get("mask_ratio").getAsDouble()),
            one.get("mask_class_token").getAsBoolean() ? 0 : 1);
    RecordedNoise draws = new RecordedNoise().add(file.floats(prefix + "noise"), length);
    int kept = maker.kept(length);
    int[] drawn = new int[rows * length];
    assertThat((long) kept).isEqualTo(file.get(prefix + "idx_keep").shape().get(1));
    if (kept == 0) {
      assertThatThrownBy(() -> maker.draw(rows, length, draws, drawn))
          .hasMessageContaining("none of " + length);
      return;
    }
    maker.draw(rows, length, draws, drawn);
    assertThat(columns(drawn, length, 0, kept)).isEqualTo(file.longs(prefix + "idx_keep"));
    assertThat(columns(drawn, length, kept, length)).isEqualTo(file.longs(prefix + "idx_mask"));
  }

  private static long[] columns(int[] values, int length, int from, int to) {
    return IntStream.range(0, values.length)
        .filter(i -> i % length >= from && i % length < to)
        .mapToLong(i -> values[i])
        .toArray();
  }
}
