package dev.masquerade.train.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.TokenLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Places that are shown or filled in. */
class HiddenPlacesTest {

  private static final ModalityName RGB = new ModalityName("rgb@64");
  private static final ModalityName DEPTH = new ModalityName("tok_depth@64");
  private static final TokenLayout.Grid GRID = new TokenLayout.Grid(8, 8);

  @TempDir private Path directory;

  private static int count(boolean[] hidden) {
    int count = 0;
    for (boolean one : hidden) {
      count += one ? 1 : 0;
    }
    return count;
  }

  @Test
  void share_isDrawnBySeedAndExact() throws IOException {
    HiddenPlaces places = HiddenPlaces.of("0.25", true);

    assertThat(count(places.on(RGB, GRID, 1))).isEqualTo(48);
    assertThat(places.on(RGB, GRID, 1)).isEqualTo(places.on(RGB, GRID, 1));
    assertThat(places.on(RGB, GRID, 1)).isNotEqualTo(places.on(RGB, GRID, 2));
  }

  @Test
  void sharesOfTwoModalities_haveNothingToDoWithEachOther() throws IOException {
    HiddenPlaces places = HiddenPlaces.of("0.5", false);

    assertThat(places.on(RGB, GRID, 1)).isNotEqualTo(places.on(DEPTH, GRID, 1));
  }

  @Test
  void everyPlace_isHiddenEquallyOften() throws IOException {
    HiddenPlaces places = HiddenPlaces.of("0.5", false);
    int[] hidden = new int[64];
    for (int seed = 0; seed < 2000; seed++) {
      boolean[] one = places.on(RGB, GRID, seed);
      for (int place = 0; place < 64; place++) {
        hidden[place] += one[place] ? 1 : 0;
      }
    }
    // Six standard deviations of 22: one correct implementation in millions would fail.
    for (int place = 0; place < 64; place++) {
      assertThat(hidden[place]).isBetween(866, 1134);
    }
  }

  @Test
  void file_saysWhichPlaces() throws IOException {
    Path file = directory.resolve("mask.txt");
    Files.writeString(file, "0 9 63");

    boolean[] hidden = HiddenPlaces.of(file.toString(), false).on(RGB, GRID, 5);

    assertThat(count(hidden)).isEqualTo(3);
    assertThat(hidden[9]).isTrue();
  }

  @Test
  void description_isOfContent() throws IOException {
    Path one = directory.resolve("one.txt");
    Path other = directory.resolve("other.txt");
    Files.writeString(one, "0 9 63");
    Files.writeString(other, "0 9 63");
    String described = HiddenPlaces.of(one.toString(), false).describe();

    assertThat(HiddenPlaces.of(other.toString(), false).describe()).isEqualTo(described);
    Files.writeString(one, "0 9 62");
    assertThat(HiddenPlaces.of(one.toString(), false).describe()).isNotEqualTo(described);
    assertThat(HiddenPlaces.of("0.25", true).describe()).contains("0.75");
  }

  @Test
  void otherWords_areRefused() {
    assertThatThrownBy(() -> HiddenPlaces.of("1.5", true))
        .isInstanceOf(GenerationRefusedException.class);
    assertThatThrownBy(() -> HiddenPlaces.of("nowhere.png", true))
        .hasMessageContaining("neither a share between 0 and 1 nor a file");
  }
}
