package dev.masquerade.masking.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.List;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

/**
 * How many places MAE and Lightly keep, and what MAE kept of noise it drew. Where they keep
 * nothing, our count says so and our makers refuse.
 */
class KeptCountGoldenTest {

  private final PlaceDraws draws = new RandomPlaceDraws(RandomSource.XO_RO_SHI_RO_128_PP.create(3));

  @Test
  void keptPlaces_areThoseOfTheTable() {
    for (JsonElement table : PlaceGoldens.read("mae", "len_keep_table")) {
      for (JsonElement row : table.getAsJsonArray()) {
        int places = row.getAsJsonObject().get("L").getAsInt();
        int kept = row.getAsJsonObject().get("len_keep").getAsInt();
        MaskRatio ratio = new MaskRatio(row.getAsJsonObject().get("ratio").getAsDouble());
        assertThat(ratio.kept(places)).as("%s", row).isEqualTo(kept);
        PlaceGrid grid = new PlaceGrid(1, places);
        PlaceChoice choice = new PlaceChoice(places);
        RandomPlaces maker = new RandomPlaces(ratio);
        if (kept == 0) {
          assertThat(maker.problems(grid)).hasSize(1);
          assertThatThrownBy(() -> maker.choose(grid, draws, choice))
              .hasMessageContaining("a mask ratio of " + ratio.share())
              .hasMessageContaining("none of " + places + " places");
        } else {
          assertThat(maker.problems(grid)).isEmpty();
          maker.choose(grid, draws, choice);
          assertThat(choice.seen()).isEqualTo(kept);
          assertThat(choice.predicted()).isEqualTo(places - kept);
        }
      }
    }
  }

  @Test
  void masksOfSeededNoise_areThoseOfTheReference() {
    for (JsonElement file : PlaceGoldens.read("mae", "seeded_masking")) {
      for (JsonElement element : file.getAsJsonArray()) {
        JsonObject seeded = element.getAsJsonObject();
        int places = seeded.get("L").getAsInt();
        RandomPlaces maker =
            new RandomPlaces(new MaskRatio(seeded.get("mask_ratio").getAsDouble()));
        PlaceDraws noise =
            ReplayedPlaceDraws.ofNoise(
                PlaceGoldens.elements(seeded.get("noise")).stream()
                    .map(PlaceGoldens::doubles)
                    .toList());
        PlaceChoice choice = new PlaceChoice(places);
        for (int row = 0; row < seeded.get("N").getAsInt(); row++) {
          maker.choose(new PlaceGrid(1, places), noise, choice);
          assertThat(choice.seenPlaces())
              .isEqualTo(PlaceGoldens.ints(seeded.getAsJsonArray("ids_keep").get(row)));
          int[] mask = PlaceGoldens.ints(seeded.getAsJsonArray("mask").get(row));
          for (int place : choice.seenPlaces()) {
            assertThat(mask[place]).isZero();
          }
          for (int place : choice.predictedPlaces()) {
            assertThat(mask[place]).isEqualTo(1);
          }
        }
      }
    }
  }

  @Test
  void tokenMasks_keepAsManyAsTheReference() {
    for (JsonElement file : PlaceGoldens.read("lightly", "random_token_mask")) {
      List<JsonElement> cases = PlaceGoldens.elements(file.getAsJsonObject().get("cases"));
      for (JsonElement element : cases) {
        JsonObject one = element.getAsJsonObject();
        boolean maskable = one.get("mask_class_token").getAsBoolean();
        RandomTokenMask mask =
            new RandomTokenMask(
                new MaskRatio(one.get("mask_ratio").getAsDouble()), maskable ? 0 : 1);
        int length = one.get("sequence_length").getAsInt();
        int rows = one.get("batch").getAsInt();
        int kept = one.get("keep").getAsInt();
        assertThat(mask.kept(length)).as("%s", one).isEqualTo(kept);
        assertThat(length - kept).isEqualTo(one.get("mask").getAsInt());
        int[] drawn = new int[rows * length];
        if (kept == 0) {
          assertThatThrownBy(() -> mask.draw(rows, length, draws, drawn))
              .hasMessageContaining("none of " + length);
        } else {
          mask.draw(rows, length, draws, drawn);
          for (int row = 0; row < rows; row++) {
            assertThat(drawn[row * length] == 0 || maskable).isTrue();
          }
        }
      }
    }
  }
}
