package dev.masquerade.train.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.schema.FieldOverrides;
import dev.masquerade.masking.PlaceMasking;
import dev.masquerade.masking.TaskMasking;
import dev.masquerade.masking.place.BlockPlaces;
import dev.masquerade.masking.place.BlockShape;
import dev.masquerade.masking.place.CyclicBlockPlaces;
import dev.masquerade.masking.place.GridPlaces;
import dev.masquerade.masking.place.InverseBlockPlaces;
import dev.masquerade.masking.place.MaskRatio;
import dev.masquerade.masking.place.MultiBlockPlaces;
import dev.masquerade.masking.place.PlaceMaker;
import dev.masquerade.masking.place.PrefixPlaces;
import dev.masquerade.masking.place.RandomPlaces;
import dev.masquerade.masking.place.TubePlaces;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlacesConfigTest {

  private static final MaskRatio USUAL = new MaskRatio(0.75);
  private static final List<ModalitySpec> PIXELS =
      List.of(
          new ModalitySpec(
              new ModalityName("rgb@64"),
              new TokenSpace.Pixels(16, ChannelStatistics.IMAGENET),
              new TokenLayout.Grid(4, 4),
              EnumSet.allOf(Role.class)));

  @TempDir Path directory;

  static Stream<Arguments> written() {
    return Stream.of(
        Arguments.of("", new RandomPlaces(USUAL)),
        Arguments.of("ratio: 0.6", new RandomPlaces(new MaskRatio(0.6))),
        Arguments.of(
            "kind: PLACE_KIND_BLOCK ratio: 0.4 min_block_places: 6 min_aspect: 0.5",
            new BlockPlaces(new MaskRatio(0.4), BlockShape.ofAspect(6, 0.5))),
        Arguments.of("kind: PLACE_KIND_BLOCK", new BlockPlaces(USUAL, BlockShape.DEFAULT)),
        Arguments.of("kind: PLACE_KIND_GRID cell_places: 4", new GridPlaces(USUAL, 4)),
        Arguments.of(
            "kind: PLACE_KIND_INVERSE_BLOCK roll: false",
            new InverseBlockPlaces(USUAL, 0.5, 2, false)),
        Arguments.of("kind: PLACE_KIND_INVERSE_BLOCK", new InverseBlockPlaces(USUAL, 0.5, 2, true)),
        Arguments.of("kind: PLACE_KIND_PREFIX max_prefix_places: 9", new PrefixPlaces(1, 9)),
        Arguments.of(
            "kind: PLACE_KIND_TUBE frames: 8 ratio: 0.9",
            new TubePlaces(8, new RandomPlaces(new MaskRatio(0.9)))),
        Arguments.of(
            "kind: PLACE_KIND_CYCLIC_BLOCK",
            new CyclicBlockPlaces(new BlockPlaces(USUAL, BlockShape.DEFAULT))),
        Arguments.of("kind: PLACE_KIND_MULTI_BLOCK", MultiBlockPlaces.DEFAULT),
        Arguments.of(
            "kind: PLACE_KIND_MULTI_BLOCK target_blocks: 2 max_target_aspect: 3"
                + " min_block_places: 1",
            new MultiBlockPlaces(
                2,
                1,
                MultiBlockPlaces.DEFAULT.targetArea(),
                MultiBlockPlaces.DEFAULT.contextArea(),
                new MultiBlockPlaces.Span(0.75, 3),
                0)));
  }

  @ParameterizedTest
  @MethodSource("written")
  void places_areReadAndReadBack(String fields, PlaceMaker maker) throws Exception {
    RunConfig run = read("places { " + fields + " }");
    assertThat(run.masking()).isEqualTo(new PlacesConfig(maker));
    assertThat(copy(run).masking()).isEqualTo(run.masking());
  }

  @Test
  void tasks_areReadAndReadBack() throws Exception {
    RunConfig run = read("tasks { visible_tokens: 98 alpha: 0.5 sample_tasks_uniformly: true }");
    assertThat(run.masking()).isEqualTo(new TasksConfig(new TaskMasking(98, 0.5, true)));
    assertThat(copy(run).masking()).isEqualTo(run.masking());
    assertThat(read("tasks { visible_tokens: 5 }").masking())
        .isEqualTo(new TasksConfig(new TaskMasking(5, 1, false)));
  }

  @Test
  void rules_areSettledForTheModalitiesOfTheRun() throws Exception {
    assertThat(read("places {}").masking().rule(PIXELS))
        .isEqualTo(new PlaceMasking(new RandomPlaces(USUAL)));
    assertThat(read("tasks { visible_tokens: 5 }").masking().rule(PIXELS))
        .isEqualTo(new TaskMasking(5, 1, false));
    assertThat(read("places {}").masking().nominalTokensPerSample()).isZero();
  }

  @Test
  void rulesThatLeaveNothingToSeeOrToHide_areRefused() throws Exception {
    MaskingConfig nothingSeen = read("places { ratio: 0.95 }").masking();
    assertThatThrownBy(() -> nothingSeen.rule(PIXELS))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "masking.places: rgb@64: a mask ratio of 0.95 leaves the encoder none")
        .hasMessageContaining("16 places");
    MaskingConfig nothingHidden = read("tasks { visible_tokens: 16 }").masking();
    assertThatThrownBy(() -> nothingHidden.rule(PIXELS))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("masking.tasks: task masking shows the encoder 16 tokens");
  }

  private RunConfig copy(RunConfig run) throws IOException {
    Path file = directory.resolve("run.textproto");
    RunConfigWriter.write(file, run);
    return new RunConfigReader(RunConfigReaderTest.KNOWN).read(file);
  }

  private static RunConfig read(String masking) throws IOException, URISyntaxException {
    return new RunConfigReader(RunConfigReaderTest.KNOWN)
        .read(
            RunErrorTextsTest.resources().resolve("minimal.textproto"),
            FieldOverrides.of(List.of("masking={ " + masking + " }")));
  }
}
