package dev.masquerade.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.golden.GoldenModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names, shapes, ties and trainable tensors are those of the reference. */
class ParameterLayoutGoldenTest {

  static Stream<GoldenModel> models() {
    return GoldenFiles.models().stream().map(GoldenModel::read);
  }

  static Stream<Path> visionTransformers() {
    return GoldenFiles.visionTransformers().stream();
  }

  @ParameterizedTest
  @MethodSource("models")
  void namesAndShapes_areThoseOfTheStateDict(GoldenModel golden) {
    Map<String, List<Long>> expected = new TreeMap<>();
    for (Map.Entry<String, JsonElement> entry :
        golden.json().getAsJsonObject("state_dict").entrySet()) {
      expected.put(entry.getKey(), shape(entry.getValue()));
    }

    assertThat(shapes(layout(golden))).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("models")
  void trainableTensors_areThoseOfTheReferenceInItsOrder(GoldenModel golden) {
    List<String> expected = strings(golden.json().get("trainable"));

    assertThat(layout(golden).trainable().stream().map(ParameterSpec::name))
        .containsExactlyElementsOf(expected);
  }

  @ParameterizedTest
  @MethodSource("models")
  void ties_areThoseOfTheReference(GoldenModel golden) {
    TreeSet<String> found = new TreeSet<>();
    for (ParameterSpec spec : layout(golden).parameters()) {
      spec.tiedTo()
          .ifPresent(
              owner -> found.add(String.join(",", new TreeSet<>(List.of(spec.name(), owner)))));
    }

    assertThat(found).containsExactlyElementsOf(new TreeSet<>(strings(golden.json().get("tied"))));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("visionTransformers")
  void visionTransformer_hasTheTensorsOfItsFile(Path file) throws Exception {
    GoldenModel golden = GoldenModel.readVisionTransformer(file);
    Map<String, List<Long>> expected = new TreeMap<>();
    try (SafetensorsFile tensors = SafetensorsFile.open(golden.tensors())) {
      for (TensorEntry entry : tensors.tensors()) {
        if (entry.name().startsWith("param.")) {
          expected.put(entry.name().substring("param.".length()), entry.shape());
        }
      }
    }

    assertThat(shapes(layout(golden))).isEqualTo(expected);
  }

  private static ParameterLayout layout(GoldenModel golden) {
    return ParameterLayout.of(golden.config(), golden.modalities());
  }

  static Map<String, List<Long>> shapes(ParameterLayout layout) {
    Map<String, List<Long>> shapes = new TreeMap<>();
    for (ParameterSpec spec : layout.parameters()) {
      shapes.put(spec.name(), spec.shape());
    }
    return shapes;
  }

  static List<Long> shape(JsonElement json) {
    List<Long> shape = new ArrayList<>();
    json.getAsJsonArray().forEach(length -> shape.add(length.getAsLong()));
    return shape;
  }

  static List<String> strings(JsonElement json) {
    List<String> strings = new ArrayList<>();
    json.getAsJsonArray().forEach(string -> strings.add(string.getAsString()));
    return strings;
  }
}
