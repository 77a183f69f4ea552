package dev.masquerade.model.mae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.vit.VitDescription;
import dev.masquerade.model.vit.VitPresets;
import dev.masquerade.model.weights.ConfigJson;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ModelSummary;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.SafetensorsFile;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.TensorContent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MaeDescriptionTest {

  @TempDir Path directory;

  private static ModalitySpec image(VitConfig config) {
    return new ModalitySpec(
        new ModalityName("rgb"),
        new TokenSpace.Pixels(config.patchSize(), ChannelStatistics.IMAGENET),
        new TokenLayout.Grid(config.rows(), config.columns()),
        Set.of(Role.INPUT, Role.TARGET));
  }

  @ParameterizedTest
  @CsvSource({"mae_vit_base, 111907840", "mae_vit_large, 329541888"})
  void presets_haveAsManyValuesAsTheReference(String name, long expected) {
    MaeConfig config = MaePresets.get(name);
    long values =
        new MaeDescription(config, image(config.encoder()))
            .layout().parameters().stream().mapToLong(ParameterSpec::elements).sum();

    assertThat(values).isEqualTo(expected);
  }

  static Stream<ModelDescription> descriptions() {
    VitConfig small = VitPresets.get("vit_tiny").toBuilder().depth(2).width(24).heads(2).build();
    MaeConfig mae = MaeConfig.mae(small, 12, 1, 3);
    VitConfig classes =
        small.toBuilder().pooling(Pooling.MEAN).classes(7).registerTokens(2).dropPath(0.1).build();
    return Stream.of(
        new MaeDescription(mae.withNormalisedTargets(true), image(small)),
        new MaeDescription(MaeConfig.simMim(small).withLossOverAll(true), image(small)),
        new VitDescription(classes, image(small)));
  }

  @ParameterizedTest
  @MethodSource("descriptions")
  void config_isReadAsItWasWritten(ModelDescription description) throws IOException {
    Path weights = directory.resolve("model.safetensors");
    Path config = directory.resolve("config.json");
    ParameterInitialiser start = new ParameterInitialiser(1);
    SafetensorsWriter.write(
        weights,
        Map.of(),
        description.layout().parameters().stream()
            .map(spec -> TensorContent.floats(spec.name(), spec.shape(), start.values(spec)))
            .toList());
    ConfigJson.write(description, config);

    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      assertThat(ConfigJson.read(config, file)).isEqualTo(description);
    }
  }

  @ParameterizedTest
  @MethodSource("descriptions")
  void summary_showsEveryPartOnce(ModelDescription description) {
    String summary = ModelSummary.of(description);

    assertThat(summary)
        .startsWith(description.headline())
        .contains("blocks.0 to blocks.1: 2 x ")
        .contains(String.format(Locale.ROOT, "%,d", description.layout().trainableCount()));
    for (ParameterSpec spec : description.layout().parameters()) {
      assertThat(summary).contains(spec.name().replaceFirst("^blocks\\.1\\.", "blocks.0."));
    }
  }

  @Test
  void presetsByAnotherName_areRefusedWithTheNearest() {
    assertThatThrownBy(() -> MaePresets.get("mae_vit_bas"))
        .hasMessageContaining("Did you mean \"mae_vit_base\"?");
    assertThatThrownBy(() -> VitPresets.get("vit_basic"))
        .hasMessageContaining("Did you mean \"vit_base\"?");
  }

  @Test
  void everyPreset_canBeLaidOut() {
    for (String name : MaePresets.names()) {
      MaeConfig config = MaePresets.get(name);
      assertThat(
              MaeChain.of(config, new MaeDescription(config, image(config.encoder())).layout())
                  .require()
                  .joints())
          .hasSizeGreaterThan(20);
    }
  }
}
