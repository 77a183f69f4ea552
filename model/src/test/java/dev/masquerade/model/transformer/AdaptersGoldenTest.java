package dev.masquerade.model.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.model.Activation;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.lora.AdaptedParts;
import dev.masquerade.model.lora.FusedTensors;
import dev.masquerade.model.lora.LoraConfig;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.TensorEntry;
import dev.masquerade.model.weights.TensorSource;
import dev.masquerade.model.weights.released.RenamedTensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A decoder block with adapters, and the one they were fused into, are those of the reference. */
class AdaptersGoldenTest {

  private static final String BLOCK = "decoder.0.";
  private static final float TOLERANCE = 5e-5f;

  static Stream<Path> cases() {
    return GoldenFiles.fourmWith("rank", "modules").stream();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("cases")
  void names_areThoseOfTheReference(Path golden) throws IOException {
    JsonObject json = GoldenFiles.read(golden);
    List<String> expected = new ArrayList<>();
    for (JsonElement name : json.getAsJsonArray("param_names_with_adapters")) {
      expected.add(BLOCK + name.getAsString());
    }
    try (TensorSource file = TensorSource.open(GoldenFiles.tensors(golden))) {
      ParameterLayout layout = layout(config(json, file, true));
      assertThat(layout.parameters())
          .extracting(ParameterSpec::name)
          .filteredOn(name -> name.startsWith(BLOCK))
          .containsExactlyInAnyOrderElementsOf(expected);
      assertThat(layout.trainable()).allMatch(spec -> spec.name().contains(".lora_"));
      for (String name : expected) {
        assertThat(layout.get(name).shape())
            .as(name)
            .isEqualTo(file.get("param." + name.substring(BLOCK.length())).shape());
      }
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("cases")
  void blockWithAdapters_computesAsTheReference(Path golden) throws IOException {
    JsonObject json = GoldenFiles.read(golden);
    try (TensorSource file = TensorSource.open(GoldenFiles.tensors(golden));
        TensorSource block = block(file)) {
      assertClose(decoded(config(json, file, true), block, file), file.floats("out.y"));
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("cases")
  void fusedBlock_isThatOfTheReferenceAndComputesTheSame(Path golden) throws IOException {
    JsonObject json = GoldenFiles.read(golden);
    double scale = json.get("scale").getAsDouble();
    try (TensorSource file = TensorSource.open(GoldenFiles.tensors(golden));
        TensorSource fused = new FusedTensors(block(file), scale)) {
      assertThat(FusedTensors.hasAdapters(fused)).isFalse();
      int compared = 0;
      for (TensorEntry entry : file.tensors()) {
        if (entry.name().startsWith("fused.")) {
          String name = BLOCK + entry.name().substring("fused.".length());
          assertClose(fused.floats(name), file.floats(entry.name()));
          compared++;
        }
      }
      assertThat(compared).isPositive();
      assertClose(decoded(config(json, file, false), fused, file), file.floats("out.y_fused"));
    }
  }

  private static TensorSource block(TensorSource file) throws IOException {
    Map<String, String> names = new LinkedHashMap<>();
    for (TensorEntry entry : file.tensors()) {
      if (entry.name().startsWith("param.")) {
        names.put(BLOCK + entry.name().substring("param.".length()), entry.name());
      }
    }
    return new RenamedTensors(file, names);
  }

  private static ModelConfig config(JsonObject json, TensorSource file, boolean adapted) {
    boolean gated =
        file.tensors().stream().anyMatch(entry -> entry.name().startsWith("param.mlp.fc3."));
    boolean biased =
        file.tensors().stream()
            .anyMatch(entry -> entry.name().matches("param\\.mlp\\.fc1\\.(linear\\.)?bias"));
    boolean normalised =
        file.tensors().stream().anyMatch(entry -> entry.name().contains("attn.q_norm"));
    AdaptedParts parts =
        switch (json.get("modules").getAsString()) {
          case "selfattn", "self_attn" -> AdaptedParts.SELF_ATTENTION;
          case "crossattn", "cross_attn" -> AdaptedParts.CROSS_ATTENTION;
          case "attn", "attention" -> AdaptedParts.ATTENTION;
          case "mlp" -> AdaptedParts.MLP;
          default -> AdaptedParts.ALL;
        };
    return ModelConfig.builder()
        .dim(json.get("dim").getAsInt())
        .heads(json.get("num_heads").getAsInt())
        .mlpRatio(json.get("mlp_ratio").getAsDouble())
        .activation(gated ? Activation.SWIGLU : Activation.GELU)
        .linearBiases(biased)
        .normBias(true)
        .qkNorm(normalised)
        .encoderDepth(1)
        .decoderDepth(1)
        .lora(
            adapted
                ? Optional.of(
                    new LoraConfig(
                        json.get("rank").getAsInt(), json.get("scale").getAsDouble(), parts, false))
                : Optional.empty())
        .build();
  }

  private static ParameterLayout layout(ModelConfig config) {
    return ParameterLayout.of(config, List.of());
  }

  private static float[] decoded(ModelConfig config, TensorSource block, TensorSource file)
      throws IOException {
    ParameterInitialiser others = new ParameterInitialiser(1);
    try (Parameters parameters =
            Parameters.create(
                layout(config),
                Device.cpu(),
                spec -> {
                  try {
                    return FloatBuffer.wrap(
                        spec.name().startsWith(BLOCK)
                            ? block.floats(spec.name())
                            : others.values(spec));
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
        KernelModule kernels = Kernels.loadModel();
        StepScope scope = StepScope.open(parameters.manager())) {
      double scale = config.lora().map(LoraConfig::scale).orElse(1.0);
      NDArray nothing = scope.manager().create(new Shape(0), DataType.FLOAT32);
      int float32 = 6;
      return kernels
          .call(
              scope.manager(),
              "decoder_stack",
              array(file, "in.x", scope),
              array(file, "in.context", scope),
              BlockWeights.decoder(kernels, parameters, 1, scale).in(scope),
              config.heads(),
              nothing,
              nothing,
              nothing,
              float32,
              float32)
          .get(0)
          .toFloatArray();
    }
  }

  private static NDArray array(TensorSource file, String name, StepScope scope) throws IOException {
    long[] shape = file.get(name).shape().stream().mapToLong(Long::longValue).toArray();
    return scope.manager().create(file.floats(name), new Shape(shape));
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(TOLERANCE));
    }
  }
}
