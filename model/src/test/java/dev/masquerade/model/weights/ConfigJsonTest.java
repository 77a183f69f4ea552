package dev.masquerade.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.ModelPresets;
import dev.masquerade.model.Positions;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.golden.GoldenModel;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigJsonTest {

  @TempDir Path directory;

  static Stream<ModelDescription> descriptions() {
    FourMDescription scenes =
        new FourMDescription(
            ModelPresets.get("scenes_small"),
            List.of(
                new ModalitySpec(
                    new ModalityName("rgb@64"),
                    new TokenSpace.Pixels(8, ChannelStatistics.symmetric(3)),
                    new TokenLayout.Grid(8, 8),
                    Set.of(Role.INPUT)),
                new ModalitySpec(
                    new ModalityName("caption"),
                    new TokenSpace.Discrete(500),
                    new TokenLayout.Sequence(
                        32, new SpanMarks(0, 3, 4, 100), TokenLayout.Unit.TOKEN),
                    EnumSet.allOf(Role.class)),
                new ModalitySpec(
                    new ModalityName("spectrogram"),
                    new TokenSpace.Continuous(80),
                    new TokenLayout.Grid(4, 7),
                    Set.of(Role.INPUT)),
                new ModalitySpec(
                    new ModalityName("t5_caption"),
                    new TokenSpace.Continuous(20),
                    new TokenLayout.Vectors(9),
                    Set.of(Role.INPUT))));
    ModelDescription other =
        new FourMDescription(
            scenes.config().toBuilder()
                .positions(Positions.LEARNED)
                .bottleneck(6)
                .tiedHeads(false)
                .qkNorm(true)
                .registerTokens(3)
                .causalDecoder(true)
                .encoderDropPath(0.1)
                .sequencePositionsOf(Map.of("caption", 40))
                .learnedPositions(Set.of("spectrogram"))
                .build(),
            scenes.modalities());
    return Stream.concat(
        Stream.of(scenes, other),
        GoldenFiles.models().stream()
            .map(GoldenModel::read)
            .map(model -> new FourMDescription(model.config(), model.modalities())));
  }

  @ParameterizedTest
  @MethodSource("descriptions")
  void everyModel_comesBackFromItsDirectory(ModelDescription description) throws Exception {
    store(description);

    try (StoredModel model = StoredModel.open(directory)) {
      assertThat(model.description()).isEqualTo(description);
      assertThat(model.match().fits()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("descriptions")
  void everyModel_comesBackFromItsMetadata(ModelDescription description) throws Exception {
    Path file = directory.resolve("alone.safetensors");
    SafetensorsWriter.write(file, ConfigJson.metadata(description), contents(description));

    try (StoredModel model = StoredModel.open(file)) {
      assertThat(model.description()).isEqualTo(description);
    }
  }

  @Test
  void modelTiedOnDisk_isFoundUnderOneNameAndReadAsStored() throws Exception {
    ModelDescription description = descriptions().findFirst().orElseThrow();
    store(description);

    try (StoredModel model = StoredModel.open(directory)) {
      ParameterLayout layout = description.layout();
      WeightMatch match = model.match();
      ParameterInitialiser initialiser = new ParameterInitialiser(3);
      for (ParameterSpec spec : layout.parameters()) {
        float[] values = new float[(int) spec.elements()];
        match.values(spec).get(values);
        assertThat(values)
            .as(spec.name())
            .isEqualTo(initialiser.values(layout.get(layout.owner(spec.name()))));
      }
    }
  }

  @Test
  void weightsInHalfTheBytes_areWidened() throws Exception {
    ModelDescription description = descriptions().findFirst().orElseThrow();
    ParameterInitialiser initialiser = new ParameterInitialiser(3);
    store(description);
    SafetensorsWriter.write(
        directory.resolve(StoredModel.WEIGHTS),
        Map.of(),
        description.layout().owners().stream()
            .map(
                spec ->
                    TensorContent.bfloat16(
                        spec.name(), spec.shape(), FloatBuffer.wrap(initialiser.values(spec))))
            .toList());

    try (StoredModel model = StoredModel.open(directory)) {
      ParameterSpec spec = description.layout().get("encoder.0.attn.qkv.weight");
      float[] values = new float[(int) spec.elements()];
      model.match().require().values(spec).get(values);
      // Eight bits of fraction: at most half a unit in the last place is lost.
      assertThat(values).containsExactly(initialiser.values(spec), offset(0.25f / 256));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | domains_in must list the modalities",
        "[] | is no JSON object",
        "{ | is no JSON",
        "{'domains_in':['caption'],'dim':'wide'} | dim must be a number, was \"wide\"",
        "{'domains_in':['caption'],'dim':3.5} | dim must be a whole number, was 3.5",
        "{'domains_in':['caption'],'dim':1e999999999} | dim must be a number",
        "{'domains_in':'caption'} | domains_in must be a list",
        "{'domains_in':[3]} | domains_in must be text",
        "{'domains_in':['caption'],'qkv_bias':1} | qkv_bias must be true or false, was 1",
        "{'domains_in':['caption'],'act_layer':'ReLU'} | act_layer ReLU with gated_mlp false",
        "{'domains_in':['caption'],'image_size':[64,32]} | image_size must be one number, or two",
        "{'domains_in':['caption'],'num_heads':5} | dim must be divisible by heads",
        "{'domains_in':['caption','tok_x@9']} | modality \"tok_x@9\" has no tensors",
        "{'domains_in':['c@@']} | is not a modality name",
        "{'domains_in':['caption'],'masquerade':3} | masquerade must be an object",
        "{'domains_in':['caption'],'masquerade':{'format':2}} | this version reads 1",
        "{'domains_in':['caption'],'masquerade':{'forma':1}} | Did you mean \"format\"?",
      })
  void configsThatDescribeNoModel_areRefusedByKey(String config, String message) throws Exception {
    store(descriptions().findFirst().orElseThrow());
    Files.writeString(directory.resolve(StoredModel.CONFIG), config.replace('\'', '"'));

    assertThatThrownBy(() -> StoredModel.open(directory))
        .isInstanceOf(InvalidWeightsException.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining(message);
  }

  @Test
  void weightsWithoutConfig_sayWhatIsMissing() throws Exception {
    store(descriptions().findFirst().orElseThrow());
    Files.delete(directory.resolve(StoredModel.CONFIG));

    assertThatThrownBy(() -> StoredModel.open(directory))
        .isInstanceOf(InvalidWeightsException.class)
        .hasMessageContaining("Weights need their config.json beside them");
  }

  @Test
  void unknownKeysOfOthers_areIgnored() throws Exception {
    ModelDescription description = descriptions().findFirst().orElseThrow();
    store(description);
    Path config = directory.resolve(StoredModel.CONFIG);
    Files.writeString(
        config, Files.readString(config).replaceFirst("\\{", "{\"model_type\": \"4m\","));

    try (StoredModel model = StoredModel.open(directory)) {
      assertThat(model.description()).isEqualTo(description);
    }
  }

  @Test
  void twoTensorsUnderTheNamesOfOne_areRefused() throws Exception {
    ModelConfig untied = ModelPresets.get("scenes_small").toBuilder().tiedHeads(false).build();
    List<ModalitySpec> modalities = descriptions().findFirst().orElseThrow().modalities();
    ModelDescription stored = new FourMDescription(untied, modalities);
    store(stored);
    ParameterLayout tied =
        ParameterLayout.of(untied.toBuilder().tiedHeads(true).build(), modalities);

    try (StoredModel model = StoredModel.open(directory)) {
      assertThat(WeightMatch.of(tied, model.tensors()).report())
          .contains("one tensor in the model but two in the file (set tied heads to false)")
          .contains("decoder_embeddings.caption.to_logits.weight");
    }
  }

  private void store(ModelDescription description) throws IOException {
    SafetensorsWriter.write(
        directory.resolve(StoredModel.WEIGHTS), Map.of(), contents(description));
    ConfigJson.write(description, directory.resolve(StoredModel.CONFIG));
  }

  private static List<TensorContent> contents(ModelDescription description) {
    ParameterInitialiser initialiser = new ParameterInitialiser(3);
    return description.layout().owners().stream()
        .map(spec -> TensorContent.floats(spec.name(), spec.shape(), initialiser.values(spec)))
        .toList();
  }
}
