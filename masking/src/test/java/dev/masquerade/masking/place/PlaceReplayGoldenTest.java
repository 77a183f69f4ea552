package dev.masquerade.masking.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every mask that Lightly drew, made again from the same draws. */
class PlaceReplayGoldenTest {

  @TestFactory
  List<DynamicTest> gridMasks_areThoseOfTheReference() {
    return cases("random_grid_token_mask", PlaceReplayGoldenTest::checkGrid);
  }

  @TestFactory
  List<DynamicTest> inverseBlockMasks_areThoseOfTheReference() {
    return cases("random_inverse_block_mask", PlaceReplayGoldenTest::checkInverseBlock);
  }

  @TestFactory
  List<DynamicTest> prefixMasks_areThoseOfTheReference() {
    return cases("random_prefix_mask", PlaceReplayGoldenTest::checkPrefix);
  }

  @TestFactory
  List<DynamicTest> blockMasksOfPictures_areThoseOfTheReference() {
    return cases("random_block_mask_image", PlaceReplayGoldenTest::checkBlocks);
  }

  @TestFactory
  List<DynamicTest> blockMasksOfBatches_areThoseOfTheReference() {
    return cases("random_block_mask", PlaceReplayGoldenTest::checkBlockBatch);
  }

  @TestFactory
  List<DynamicTest> multiBlockMasks_areThoseOfTheReference() {
    return cases("ijepa_mask_collator", PlaceReplayGoldenTest::checkMultiBlock);
  }

  private static List<DynamicTest> cases(String kind, Consumer<JsonObject> check) {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonElement file : PlaceGoldens.read("lightly", "mask_replays")) {
      if (file.getAsJsonObject().has(kind)) {
        for (JsonElement replay : file.getAsJsonObject().getAsJsonArray(kind)) {
          tests.add(dynamicTest(kind + " " + tests.size(), () -> check.accept(asObject(replay))));
        }
      }
    }
    assertThat(tests).isNotEmpty();
    return tests;
  }

  private static JsonObject asObject(JsonElement replay) {
    return replay.getAsJsonObject();
  }

  private static void checkGrid(JsonObject replay) {
    int prefix = replay.get("num_prefix_tokens").getAsInt();
    PlaceGrid grid = square(replay.get("sequence_length").getAsInt() - prefix);
    GridPlaces maker = new GridPlaces(ratio(replay), replay.get("grid_size").getAsInt());
    assertThat(maker.problems(grid)).isEmpty();
    ReplayedPlaceDraws draws =
        ReplayedPlaceDraws.ofNoise(
            PlaceGoldens.elements(replay.get("cell_noise")).stream()
                .map(PlaceGoldens::doubles)
                .toList());
    checkRows(replay, maker, grid, prefix, draws);
  }

  // The reference keeps its prefix tokens even where it keeps no place. Prefix tokens are the
  // model's business here, so that such a mask leaves the encoder without a place, and is refused.
  private static void checkInverseBlock(JsonObject replay) {
    int prefix = replay.get("num_prefix_tokens").getAsInt();
    PlaceGrid grid = square(replay.get("sequence_length").getAsInt() - prefix);
    double narrowest = replay.get("min_aspect").getAsDouble();
    double widest =
        replay.get("max_aspect").isJsonNull()
            ? 1 / narrowest
            : replay.get("max_aspect").getAsDouble();
    InverseBlockPlaces maker =
        new InverseBlockPlaces(ratio(replay), narrowest, widest, replay.get("roll").getAsBoolean());
    ReplayedPlaceDraws draws = ReplayedPlaceDraws.of(replay.get("draws"), false);
    if (PlaceGoldens.ints(replay.getAsJsonArray("idx_keep").get(0)).length == prefix) {
      assertThat(maker.problems(grid)).singleElement().asString().contains("none of");
      assertThatThrownBy(() -> maker.choose(grid, draws, new PlaceChoice(grid.places())))
          .hasMessageContaining("none of " + grid.places());
      return;
    }
    checkRows(replay, maker, grid, prefix, draws);
  }

  private static void checkRows(
      JsonObject replay, PlaceMaker maker, PlaceGrid grid, int prefix, ReplayedPlaceDraws draws) {
    PlaceChoice choice = new PlaceChoice(grid.places());
    for (int row = 0; row < replay.get("batch").getAsInt(); row++) {
      maker.choose(grid, draws, choice);
      int[] kept =
          IntStream.concat(
                  IntStream.range(0, prefix),
                  IntStream.of(choice.seenPlaces()).map(place -> place + prefix))
              .toArray();
      assertThat(kept).isEqualTo(PlaceGoldens.ints(replay.getAsJsonArray("idx_keep").get(row)));
      int[] removed = IntStream.of(choice.predictedPlaces()).map(place -> place + prefix).toArray();
      assertThat(removed).isEqualTo(PlaceGoldens.ints(replay.getAsJsonArray("idx_mask").get(row)));
    }
    assertThat(draws.left()).isZero();
  }

  private static void checkPrefix(JsonObject replay) {
    int length = replay.get("sequence_length").getAsInt();
    PrefixPlaces maker = new PrefixPlaces(0, replay.get("max_prefix_length").getAsInt());
    PlaceGrid grid = new PlaceGrid(1, length);
    ReplayedPlaceDraws draws = ReplayedPlaceDraws.of(replay.get("draws"), true);
    PlaceChoice choice = new PlaceChoice(length);
    for (JsonElement row : replay.getAsJsonArray("mask")) {
      maker.choose(grid, draws, choice);
      int[] mask = PlaceGoldens.ints(row);
      assertThat(choice.seenPlaces())
          .isEqualTo(IntStream.range(0, length).filter(place -> mask[place] == 0).toArray());
      assertThat(choice.predictedPlaces())
          .isEqualTo(IntStream.range(0, length).filter(place -> mask[place] == 1).toArray());
    }
    assertThat(draws.left()).isZero();
  }

  private static void checkBlocks(JsonObject replay) {
    int[] size = PlaceGoldens.ints(replay.get("size"));
    PlaceGrid grid = new PlaceGrid(size[0], size[1]);
    ReplayedPlaceDraws draws = ReplayedPlaceDraws.of(replay.get("draws"), false);
    boolean[] covered = new boolean[grid.places()];
    int count =
        BlockCover.cover(covered, grid, replay.get("num_masks").getAsInt(), shape(replay), draws);
    assertThat(drawn(covered, grid))
        .isEqualTo(
            PlaceGoldens.elements(replay.get("mask_rows")).stream()
                .map(JsonElement::getAsString)
                .toList());
    assertThat(count).isEqualTo(replay.get("masked").getAsInt());
    assertThat(draws.left()).isZero();
  }

  private static void checkBlockBatch(JsonObject replay) {
    int[] size = PlaceGoldens.ints(replay.get("size"));
    PlaceGrid grid = new PlaceGrid(size[1], size[2]);
    ReplayedPlaceDraws draws = ReplayedPlaceDraws.of(replay.get("draws"), false);
    BlockBatch maker =
        new BlockBatch(
            new MaskRatio(number(replay, "batch_mask_ratio", 0.5)),
            new MaskRatio(number(replay, "min_image_mask_ratio", 0.1)),
            new MaskRatio(number(replay, "max_image_mask_ratio", 0.5)),
            shape(replay));
    List<PlaceChoice> choices =
        IntStream.range(0, size[0]).mapToObj(row -> new PlaceChoice(grid.places())).toList();
    maker.choose(grid, draws, choices);
    for (int row = 0; row < size[0]; row++) {
      boolean[] removed = new boolean[grid.places()];
      for (int place : choices.get(row).predictedPlaces()) {
        removed[place] = true;
      }
      assertThat(drawn(removed, grid))
          .isEqualTo(
              PlaceGoldens.elements(replay.getAsJsonArray("masks").get(row)).stream()
                  .map(JsonElement::getAsString)
                  .toList());
    }
    assertThat(draws.left()).isZero();
  }

  private static void checkMultiBlock(JsonObject replay) {
    int patch = replay.get("patch_size").getAsInt();
    int[] size =
        replay.get("input_size").isJsonArray()
            ? PlaceGoldens.ints(replay.get("input_size"))
            : new int[] {replay.get("input_size").getAsInt(), replay.get("input_size").getAsInt()};
    PlaceGrid grid = new PlaceGrid(size[0] / patch, size[1] / patch);
    MultiBlockPlaces maker =
        new MultiBlockPlaces(
            replay.get("npred").getAsInt(),
            replay.get("nenc").getAsInt(),
            span(replay, "pred_mask_scale", 0.2, 0.8),
            span(replay, "enc_mask_scale", 0.2, 0.8),
            span(replay, "aspect_ratio", 0.3, 3),
            (int) number(replay, "min_keep", 4));
    ReplayedPlaceDraws draws = ReplayedPlaceDraws.of(replay.get("draws"), true);
    MultiBlockPlaces.Sizes sizes = maker.sizes(grid, draws);
    List<MultiBlockPlaces.Blocks> batch = new ArrayList<>();
    for (int row = 0; row < replay.get("batch").getAsInt(); row++) {
      batch.add(maker.blocks(grid, sizes, draws));
    }
    checkBlocksOfBatch(
        replay.get("masks_enc"), batch.stream().map(MultiBlockPlaces.Blocks::contexts).toList());
    checkBlocksOfBatch(
        replay.get("masks_pred"), batch.stream().map(MultiBlockPlaces.Blocks::targets).toList());
    assertThat(draws.left()).isZero();
  }

  /** Compares as the reference gives its masks: every row cut to the shortest of the batch. */
  private static void checkBlocksOfBatch(JsonElement expected, List<List<int[]>> batch) {
    int shortest =
        batch.stream().flatMap(List::stream).mapToInt(block -> block.length).min().orElseThrow();
    List<JsonElement> blocks = PlaceGoldens.elements(expected);
    for (int b = 0; b < blocks.size(); b++) {
      List<JsonElement> rows = PlaceGoldens.elements(blocks.get(b));
      for (int row = 0; row < rows.size(); row++) {
        assertThat(Arrays.copyOf(batch.get(row).get(b), shortest))
            .isEqualTo(PlaceGoldens.ints(rows.get(row)));
      }
    }
  }

  private static PlaceGrid square(int places) {
    int edge = (int) Math.rint(Math.sqrt(places));
    assertThat(edge * edge).isEqualTo(places);
    return new PlaceGrid(edge, edge);
  }

  private static MaskRatio ratio(JsonObject replay) {
    return new MaskRatio(replay.get("mask_ratio").getAsDouble());
  }

  private static BlockShape shape(JsonObject replay) {
    double narrowest = number(replay, "min_block_aspect_ratio", 0.3);
    return new BlockShape(
        (int) number(replay, "min_num_masks_per_block", 4),
        (int) number(replay, "max_num_masks_per_block", Integer.MAX_VALUE),
        narrowest,
        number(replay, "max_block_aspect_ratio", 1 / narrowest));
  }

  private static MultiBlockPlaces.Span span(
      JsonObject replay, String name, double from, double to) {
    double[] ends =
        replay.has(name) ? PlaceGoldens.doubles(replay.get(name)) : new double[] {from, to};
    return new MultiBlockPlaces.Span(ends[0], ends[1]);
  }

  private static double number(JsonObject replay, String name, double otherwise) {
    return replay.has(name) && !replay.get(name).isJsonNull()
        ? replay.get(name).getAsDouble()
        : otherwise;
  }

  private static List<String> drawn(boolean[] mask, PlaceGrid grid) {
    return IntStream.range(0, grid.rows())
        .mapToObj(
            y ->
                IntStream.range(0, grid.columns())
                    .mapToObj(x -> mask[y * grid.columns() + x] ? "1" : "0")
                    .collect(Collectors.joining()))
        .toList();
  }
}
