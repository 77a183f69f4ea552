package dev.masquerade.model.codec;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.golden.GoldenImages;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.SafetensorsFile;
import dev.masquerade.model.weights.TensorEntry;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One training step: losses, gradients and the codebook after it are those of the reference. */
class VqTrainingGoldenTest {

  private static final double TOLERANCE = 5e-5;

  static List<VqGolden> tokenizers() {
    return GoldenFiles.some(
        VqGolden.all().stream().filter(VqGolden::trains).toList(), "a training step");
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("tokenizers")
  void oneStep_isThatOfTheReference(VqGolden golden) throws IOException {
    try (SafetensorsFile file = golden.open();
        Parameters parameters = golden.parameters(golden.config(), file)) {
      List<Long> shape = file.get("in0.x").shape();
      VqDescription description = golden.description(shape);
      try (VqNetwork network =
              new VqNetwork(description.config(), description.image(), parameters);
          VqTokenizer tokenizer = new VqTokenizer(description, parameters, Precision.FP32);
          PackedBatch batch =
              GoldenImages.packWhole(description.image(), file.floats("in0.x"), shape);
          StepScope scope = StepScope.open(parameters.manager())) {
        Shape images = new Shape(shape.stream().mapToLong(Long::longValue).toArray());
        NDArray target =
            tokenizer.cut(scope.manager().create(file.floats("train.target"), images), scope);
        NDArray latents =
            tokenizer.latents(
                tokenizer.cut(scope.manager().create(file.floats("in0.x"), images), scope),
                batch.rows(),
                description.grid(),
                scope);
        NDArray decoded =
            tokenizer.patches(
                tokenizer.quantise(latents, scope).values(),
                batch.rows(),
                description.grid(),
                new long[batch.rows()],
                scope);
        assertClose(
            "decoded",
            tokenizer.join(decoded, batch.rows(), description.grid(), scope),
            file.floats("train.decoded"),
            TOLERANCE);
        StepResult result =
            network.lossAndGradients(
                batch, target, Precision.FP32, RandomSource.XO_RO_SHI_RO_128_PP.create(1), scope);
        float loss = file.floats("train.loss")[0];
        float codeLoss = file.floats("train.code_loss")[0];
        assertThat(result.loss().total()).isCloseTo(loss, offset(TOLERANCE));
        assertThat(result.loss().total() - result.loss().modalities().get(0).loss())
            .isCloseTo(codeLoss, offset(TOLERANCE));
        gradients(golden.json(), file, parameters, result);
        network.stepped(1, 10, scope);
      }
      if (golden.config().tokens().quantizer() instanceof QuantizerConfig.Codebook) {
        assertClose(
            "codes",
            parameters.read("quantize._codebook.embed"),
            file.floats("train.embed_after"),
            TOLERANCE);
        assertClose(
            "counts",
            parameters.read("quantize._codebook.cluster_size"),
            file.floats("train.cluster_size_after"),
            TOLERANCE);
      }
    }
  }

  private static void gradients(
      JsonObject json, SafetensorsFile file, Parameters parameters, StepResult result)
      throws IOException {
    JsonObject norms = json.getAsJsonObject("train_grad_l2");
    List<ParameterSpec> trainable = parameters.trainable();
    for (int i = 0; i < trainable.size(); i++) {
      String name = trainable.get(i).name();
      NDArray gradient = result.gradients().get(i);
      assertThat(gradient).as(name).isNotNull();
      float[] values = gradient.toFloatArray();
      double norm = norms.get(name).getAsDouble();
      assertThat(GoldenImages.norm(values)).as(name).isCloseTo(norm, offset(TOLERANCE * norm));
      if (file.tensors().stream().map(TensorEntry::name).anyMatch(("train.grad." + name)::equals)) {
        float[] expected = file.floats("train.grad." + name);
        double largest = 0;
        for (float value : expected) {
          largest = Math.max(largest, Math.abs(value));
        }
        assertClose(name, values, expected, TOLERANCE * Math.max(1, largest));
      }
    }
    for (Map.Entry<String, JsonElement> entry : norms.entrySet()) {
      assertThat(trainable).as(entry.getKey()).anyMatch(s -> s.name().equals(entry.getKey()));
    }
  }
}
