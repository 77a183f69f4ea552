package dev.masquerade.model.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.weights.InvalidWeightsException;
import dev.masquerade.model.weights.SafetensorsFile;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.TensorContent;
import dev.masquerade.model.weights.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A tokenizer's directory as on the hub is read by the arguments of the reference's constructor.
 */
class PublishedTokenizerGoldenTest {

  @TempDir Path directory;

  static List<Path> tokenizers() {
    return GoldenFiles.fourmWith("args", "state_dict");
  }

  private JsonObject config(JsonObject json) {
    JsonObject config = json.getAsJsonObject("args").deepCopy();
    for (String type : List.of("enc_type", "dec_type")) {
      if (json.has(type)) {
        config.add(type, json.get(type));
      }
    }
    return config;
  }

  private void writeWeights(Path golden, Map<String, String> metadata) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(GoldenFiles.tensors(golden))) {
      List<TensorContent> contents = new ArrayList<>();
      for (TensorEntry entry : file.tensors()) {
        if (entry.name().startsWith("param.")) {
          contents.add(
              TensorContent.bytes(
                  entry.name().substring("param.".length()),
                  entry.type(),
                  entry.shape(),
                  file.bytes(entry.name())));
        }
      }
      SafetensorsWriter.write(directory.resolve(StoredModel.WEIGHTS), metadata, contents);
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("tokenizers")
  void directory_isRecognisedNameByNameAndShapeByShape(Path golden) throws IOException {
    JsonObject json = GoldenFiles.read(golden);
    writeWeights(golden, Map.of());
    Files.writeString(directory.resolve(StoredModel.CONFIG), config(json).toString());
    try (StoredModel model = StoredModel.open(directory)) {
      assertThat(model.match().report()).isEqualTo("holds the weights of this model");
      VqDescription description = (VqDescription) model.description();
      VqConfig expected = new VqGolden(golden, json).config();
      assertThat(description.config().tokens().patchSize())
          .isEqualTo(expected.tokens().patchSize());
      assertThat(description.config().tokens().rows()).isEqualTo(expected.tokens().rows());
      assertThat(description.config().tokens().quantizer().codes())
          .isEqualTo(expected.tokens().quantizer().codes());
      assertThat(description.config().outputConvolutions())
          .isEqualTo(expected.outputConvolutions());
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("tokenizers")
  void configInMetadata_isEnough(Path golden) throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>(Map.of("ckpt_path", "None"));
    config(GoldenFiles.read(golden))
        .entrySet()
        .forEach(entry -> metadata.put(entry.getKey(), python(entry.getValue())));
    writeWeights(golden, metadata);
    try (StoredModel model = StoredModel.open(directory)) {
      assertThat(model.match().fits()).isTrue();
    }
  }

  /** Writes a value as Python prints it. */
  private static String python(JsonElement value) {
    if (value.isJsonNull()) {
      return "None";
    }
    if (!value.isJsonPrimitive()) {
      return value.toString();
    }
    boolean flag = value.getAsJsonPrimitive().isBoolean();
    return flag ? value.getAsBoolean() ? "True" : "False" : value.getAsString();
  }

  @Test
  void otherVocabulary_isNamedWithBothShapes() throws IOException {
    for (Path golden : tokenizers().stream().limit(1).toList()) {
      JsonObject config = config(GoldenFiles.read(golden));
      config.addProperty("codebook_size", 7);
      writeWeights(golden, Map.of());
      Files.writeString(directory.resolve(StoredModel.CONFIG), config.toString());
      try (StoredModel model = StoredModel.open(directory)) {
        assertThatThrownBy(() -> model.match().require())
            .isInstanceOf(InvalidWeightsException.class)
            .hasMessageContaining("the model has [7, ");
      }
    }
  }
}
