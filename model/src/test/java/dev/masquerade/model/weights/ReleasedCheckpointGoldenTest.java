package dev.masquerade.model.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.golden.GoldenFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Directories as released for 4M load by names and shapes. The shapes come from the reference's
 * layout of its base models; values are zeros in sparse files of the real size, the larger of which
 * is over 3 GiB.
 */
class ReleasedCheckpointGoldenTest {

  /** One released model. */
  record Released(
      String name, JsonObject config, Map<String, List<Long>> shapes, JsonObject counts) {
    @Override
    public String toString() {
      return name;
    }
  }

  @TempDir Path directory;

  static Stream<Released> models() {
    return GoldenFiles.fourmWith("parameter_counts").stream()
        .map(GoldenFiles::read)
        .flatMap(ReleasedCheckpointGoldenTest::models);
  }

  private static Stream<Released> models(JsonObject json) {
    return json.entrySet().stream()
        .filter(
            entry ->
                entry.getValue() instanceof JsonObject model && model.has("config_keys_accepted"))
        .map(
            entry -> {
              JsonObject model = entry.getValue().getAsJsonObject();
              return new Released(
                  entry.getKey(),
                  model.getAsJsonObject("config_keys_accepted"),
                  expandLayers(model),
                  json.getAsJsonObject("parameter_counts").getAsJsonObject(entry.getKey()));
            });
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("models")
  void releasedDirectory_loadsByNamesAndShapes(Released released) throws Exception {
    SparseWeights.write(directory.resolve(StoredModel.WEIGHTS), released.shapes(), Map.of());
    Files.writeString(directory.resolve(StoredModel.CONFIG), released.config().toString());

    try (StoredModel model = StoredModel.open(directory)) {
      assertThat(model.match().report()).isEqualTo("holds the weights of this model");
      assertThat(ParameterLayoutGoldenTest.shapes(model.description().layout()))
          .isEqualTo(released.shapes());
      assertCounts(model.description().layout(), released.counts());
      DimensionChain.of(model.tensors()).require();
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("models")
  void configInMetadata_isEnough(Released released) throws Exception {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "pt");
    for (Map.Entry<String, JsonElement> entry : released.config().entrySet()) {
      metadata.put(entry.getKey(), PythonLiteral.print(entry.getValue()));
    }
    Path file = directory.resolve("anything.safetensors");
    SparseWeights.write(file, released.shapes(), metadata);

    try (StoredModel model = StoredModel.open(file)) {
      assertThat(model.match().fits()).isTrue();
    }
  }

  /** Writers that store shared tensors once keep the name that comes first in the alphabet. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("models")
  void sharedTensorsStoredOnce_areFoundUnderTheOtherName(Released released) throws Exception {
    Map<String, List<Long>> shapes = new LinkedHashMap<>(released.shapes());
    shapes
        .keySet()
        .removeIf(
            name ->
                name.startsWith("encoder_embeddings.")
                    && name.endsWith(".mod_emb")
                    && shapes.containsKey(name.replace("encoder_", "decoder_")));
    assertThat(shapes).hasSizeLessThan(released.shapes().size());
    SparseWeights.write(directory.resolve(StoredModel.WEIGHTS), shapes, Map.of());
    Files.writeString(directory.resolve(StoredModel.CONFIG), released.config().toString());

    try (StoredModel model = StoredModel.open(directory)) {
      assertThat(model.match().fits()).isTrue();
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("models")
  void releasedConfig_isWrittenBackWithoutKeysOfOurOwn(Released released) throws Exception {
    SparseWeights.write(directory.resolve(StoredModel.WEIGHTS), released.shapes(), Map.of());
    Files.writeString(directory.resolve(StoredModel.CONFIG), released.config().toString());

    try (StoredModel model = StoredModel.open(directory)) {
      String written = ConfigJson.write(model.description());
      Files.writeString(directory.resolve(StoredModel.CONFIG), written);

      assertThat(written).doesNotContain("masquerade");
      assertThat(GoldenFiles.read(directory.resolve(StoredModel.CONFIG)).entrySet())
          .filteredOn(entry -> released.config().has(entry.getKey()))
          .allSatisfy(
              entry ->
                  assertThat(text(entry.getValue()))
                      .as(entry.getKey())
                      .isEqualTo(text(released.config().get(entry.getKey()))))
          .hasSize(released.config().size());
    }
  }

  @Test
  void modalities_areToldFromNamesAndShapes() throws Exception {
    Optional<Released> found = models().filter(model -> model.name().equals("4M-21_B")).findFirst();
    assumeThat(found).isPresent();
    Released released = found.get();
    SparseWeights.write(directory.resolve(StoredModel.WEIGHTS), released.shapes(), Map.of());
    Files.writeString(directory.resolve(StoredModel.CONFIG), released.config().toString());

    try (StoredModel model = StoredModel.open(directory)) {
      FourMDescription description = (FourMDescription) model.description();
      assertThat(spec(description, "tok_dinov2@224").layout())
          .isEqualTo(new TokenLayout.Grid(16, 16));
      assertThat(spec(description, "tok_rgb@224").space())
          .isEqualTo(new TokenSpace.Discrete(16_384));
      assertThat(spec(description, "rgb@224").space()).isInstanceOf(TokenSpace.Pixels.class);
      assertThat(spec(description, "t5_caption").space())
          .isEqualTo(new TokenSpace.Continuous(4096));
      assertThat(spec(description, "t5_caption").layout()).isEqualTo(new TokenLayout.Vectors(77));
      assertThat(spec(description, "metadata").layout())
          .isInstanceOfSatisfying(
              TokenLayout.Sequence.class,
              sequence -> {
                assertThat(sequence.maxTokens()).isEqualTo(40);
                assertThat(sequence.unit()).isEqualTo(TokenLayout.Unit.CHUNK);
                assertThat(sequence.marks().sentinel(0)).isEqualTo(4);
              });
      assertThat(spec(description, "caption").isTarget()).isTrue();
      assertThat(spec(description, "rgb@224").isTarget()).isFalse();
      assertThat(description.config().learnedPositions())
          .containsExactly("tok_dinov2_global", "tok_imagebind_global");
    }
  }

  @Test
  void weightsOfAnotherModel_areRefusedWithTensorsAndShapes() throws Exception {
    Optional<Released> found = models().findFirst();
    assumeThat(found).isPresent();
    Released released = found.get();
    SparseWeights.write(directory.resolve(StoredModel.WEIGHTS), released.shapes(), Map.of());
    JsonObject config = released.config().deepCopy();
    config.addProperty("dim", 512);
    config.addProperty("num_heads", 8);
    config.addProperty("qkv_bias", true);
    Files.writeString(directory.resolve(StoredModel.CONFIG), config.toString());

    try (StoredModel model = StoredModel.open(directory)) {
      assertThatThrownBy(() -> model.match().require())
          .isInstanceOf(InvalidWeightsException.class)
          .hasMessageContaining("model.safetensors: holds the weights of another model.")
          .hasMessageContaining("mask_token: the model has [1, 1, 512], the file [1, 1, 768]")
          .hasMessageContaining("in the model but not in the file:\n    encoder.0.attn.qkv.bias")
          .hasMessageContaining("more");
    }
  }

  private static ModalitySpec spec(ModelDescription description, String name) {
    return description.modalities().stream()
        .filter(modality -> modality.name().value().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void assertCounts(ParameterLayout layout, JsonObject counts) {
    assertThat(layout.trainableCount()).isEqualTo(counts.get("total").getAsLong());
    assertThat(layout.backboneCount())
        .isEqualTo(counts.get("without_embedding_modules").getAsLong());
    assertThat(layout.trainableCount(name -> name.startsWith("encoder.")))
        .isEqualTo(counts.get("encoder_only").getAsLong());
    assertThat(layout.parameters().stream().mapToLong(ParameterSpec::elements).sum())
        .isEqualTo(counts.get("state_dict_elements").getAsLong());
  }

  /** Compares 4 and 4.0 as equal. */
  private static String text(JsonElement value) {
    return value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()
        ? Double.toString(value.getAsDouble())
        : value.toString();
  }

  private static Map<String, List<Long>> expandLayers(JsonObject model) {
    JsonObject layers = model.getAsJsonObject("layers");
    Map<String, List<Long>> expanded = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> entry : model.getAsJsonObject("keys").entrySet()) {
      String name = entry.getKey();
      List<Long> shape = ParameterLayoutGoldenTest.shape(entry.getValue());
      if (!name.contains("{i}")) {
        expanded.put(name, shape);
        continue;
      }
      int count = layers.get(name.substring(0, name.indexOf('.'))).getAsInt();
      for (int layer = 0; layer < count; layer++) {
        expanded.put(name.replace("{i}", Integer.toString(layer)), shape);
      }
    }
    return expanded;
  }
}
