package dev.masquerade.model.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.weights.ConfigJson;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.TensorContent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VqDescriptionTest {

  @TempDir Path directory;

  static Stream<VqConfig> kinds() {
    return VqNetworkTest.kinds();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void storedTokenizers_areOpenedAsTheyWere(VqConfig config) throws IOException {
    VqDescription description = new VqDescription(config, Toys.image(config.tokens(), 3, 2));
    ParameterInitialiser initialiser = new ParameterInitialiser(1);
    ConfigJson.write(description, directory.resolve(StoredModel.CONFIG));
    SafetensorsWriter.write(
        directory.resolve(StoredModel.WEIGHTS),
        Map.of(),
        description.layout().parameters().stream()
            .map(spec -> TensorContent.floats(spec.name(), spec.shape(), initialiser.values(spec)))
            .toList());
    try (StoredModel stored = StoredModel.open(directory)) {
      assertThat(stored.description()).isEqualTo(description);
      assertThat(stored.match().fits()).isTrue();
    }
    assertThat(description.chain().broken()).isEmpty();
    assertThat(description.headline()).startsWith("tokenizer, ").contains("numbers, decoder ");
  }

  @Test
  void latentsOfAnotherWidthThanLevels_areRefusedWithBothEnds() {
    assertThatThrownBy(
            () ->
                Toys.config(
                    new QuantizerConfig.FiniteScalar(List.of(8, 6, 5), ScalarBound.SIGMOID), 4))
        .hasMessageContaining("latentWidth gives 4 numbers, but the quantizer takes 3")
        .hasMessageContaining("[8, 6, 5]");
  }

  @Test
  void codebooksThatDoNotShareALatent_areRefused() {
    assertThatThrownBy(() -> Toys.config(Toys.codebook(CodeDistance.COSINE, 8, 3, 0.1, false), 8))
        .hasMessageContaining("latentWidth must be divisible by the 3 codebooks")
        .hasMessageContaining("was 8");
  }

  @Test
  void contentOfAnotherKind_isRefusedWithBothEnds() {
    VqConfig config = Toys.config(Toys.codebook(CodeDistance.COSINE, 8, 1, 0.1, false), 4);
    assertThatThrownBy(() -> describe(config, new TokenSpace.Pixels(8, ChannelStatistics.IMAGENET)))
        .hasMessageContaining("cut into patches of 8, but the tokenizer takes 4");
    assertThatThrownBy(
            () -> describe(config, new TokenSpace.Pixels(4, ChannelStatistics.symmetric(1))))
        .hasMessageContaining("has channels: 1, but the tokenizer takes 3");
    assertThatThrownBy(() -> describe(config, new TokenSpace.ClassPatches(4, 7)))
        .hasMessageContaining("7 classes, but the tokenizer takes numbers. Set classes to 7");
    assertThatThrownBy(() -> describe(config, new TokenSpace.Continuous(47)))
        .hasMessageContaining("has numbers per place: 47, but the tokenizer takes 48");
    assertThatThrownBy(() -> describe(config, new TokenSpace.Discrete(9)))
        .hasMessageContaining("already consists of ids");
  }

  private static VqDescription describe(VqConfig config, TokenSpace space) {
    return new VqDescription(
        config,
        new ModalitySpec(
            new ModalityName("rgb"), space, new TokenLayout.Grid(2, 2), Set.of(Role.INPUT)));
  }

  @Test
  void namesOfReleasedCoders_areUnderstood() {
    assertThat(CoderNames.shape("vit_s_enc", false))
        .isEqualTo(new CoderShape.VisionTransformer(512, 8, 8, false));
    assertThat(CoderNames.shape("vit_b_dec", true))
        .isEqualTo(new CoderShape.VisionTransformer(768, 12, 12, true));
    assertThat(CoderNames.shape("vit_l_enc", true))
        .isEqualTo(new CoderShape.VisionTransformer(1024, 24, 16, true));
    assertThat(CoderNames.shape("BottleneckMLP/B_6-Wi_1024", false))
        .isEqualTo(new CoderShape.PointWise(1024, 6, 4));
    assertThat(CoderNames.shape("BottleneckMLP/B_2-Wi_16-Ex_3", false))
        .isEqualTo(new CoderShape.PointWise(16, 2, 3));
    assertThat(CoderNames.shape("MLP/B_2-Wi_16", false))
        .isEqualTo(new CoderShape.PointWise(16, 2, 0));
    assertThatThrownBy(() -> CoderNames.shape("vit_b_end", false))
        .hasMessageContaining("Did you mean \"vit_b_enc\"?");
  }
}
