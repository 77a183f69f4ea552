package dev.masquerade.masking.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

class GivenPlacesTest {

  private static final PlaceGrid GRID = new PlaceGrid(2, 4);

  @Test
  void list_isRemovedWhateverItsOrder() {
    assertThat(removed(GivenPlaces.removing(GRID, 7, 0, 0, 3))).containsExactly(0, 3, 7);
    assertThat(removed(GivenPlaces.removing(GRID))).isEmpty();
  }

  @Test
  void box_removesThePlacesItTouches() {
    assertThat(removed(boxes(64, 32, new GivenPlaces.Box(16, 0, 32, 16)))).containsExactly(1);
    assertThat(removed(boxes(64, 32, new GivenPlaces.Box(15, 15, 33, 17))))
        .containsExactly(0, 1, 2, 4, 5, 6);
    assertThat(
            removed(
                boxes(
                    1,
                    1,
                    new GivenPlaces.Box(0.75, 0, 1, 0.5),
                    new GivenPlaces.Box(0, 0.5, 0.25, 1))))
        .containsExactly(3, 4);
  }

  @Test
  void boxOnEdgesThatRoundingMoves_touchesNoNeighbour() {
    PlaceGrid ten = new PlaceGrid(1, 10);
    for (int place = 0; place < 10; place++) {
      GivenPlaces mask =
          GivenPlaces.boxes(
              ten, 1, 1, List.of(new GivenPlaces.Box(place * 0.1, 0, (place + 1) * 0.1, 1)));
      PlaceChoice choice = new PlaceChoice(10);
      mask.choose(ten, draws(), choice);
      assertThat(choice.predictedPlaces()).containsExactly(place);
    }
  }

  @Test
  void picture_isTakenPlaceByPlace() {
    boolean[] mask = {true, false, false, false, false, true, false, true};
    assertThat(removed(GivenPlaces.mask(GRID, mask))).containsExactly(0, 5, 7);
  }

  @Test
  void masksThatDoNotFit_areRefused() {
    assertThatThrownBy(() -> GivenPlaces.mask(GRID, new boolean[7]))
        .hasMessage("a mask for a grid of 2 x 4 needs 8 values, row by row, was 7");
    assertThatThrownBy(() -> GivenPlaces.removing(GRID, 3, 8))
        .hasMessageContaining("place 8 is outside a grid of 2 x 4");
    assertThatThrownBy(() -> boxes(64, 32, new GivenPlaces.Box(0, 0, 65, 10)))
        .hasMessageContaining("reaches beyond its picture of 64.0 x 32.0");
    assertThatThrownBy(() -> new GivenPlaces.Box(3, 0, 3, 1)).hasMessageContaining("left < right");
    assertThat(GivenPlaces.removing(GRID, 1).problems(new PlaceGrid(3, 4)))
        .containsExactly("the given mask has 8 places, but the grid is 3 x 4");
  }

  @Test
  void maskOfEverything_isRefused() {
    boolean[] all = new boolean[8];
    Arrays.fill(all, true);
    assertThatThrownBy(() -> GivenPlaces.mask(GRID, all))
        .hasMessageContaining("removes all 8 places");
  }

  private static GivenPlaces boxes(double width, double height, GivenPlaces.Box... boxes) {
    return GivenPlaces.boxes(GRID, width, height, List.of(boxes));
  }

  private static int[] removed(GivenPlaces mask) {
    assertThat(mask.problems(GRID)).isEmpty();
    PlaceChoice choice = new PlaceChoice(GRID.places());
    mask.choose(GRID, draws(), choice);
    assertThat(choice.seen() + choice.predicted()).isEqualTo(8);
    return choice.predictedPlaces();
  }

  private static PlaceDraws draws() {
    return new RandomPlaceDraws(RandomSource.XO_RO_SHI_RO_128_PP.create(1));
  }
}
