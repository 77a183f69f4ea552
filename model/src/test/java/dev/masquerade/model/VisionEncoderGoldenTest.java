package dev.masquerade.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenCase;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.golden.GoldenModel;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Features of the encoder alone are those of the reference. */
class VisionEncoderGoldenTest {

  static Stream<GoldenModel> models() {
    return GoldenFiles.visionTransformers().stream().map(GoldenModel::readVisionTransformer);
  }

  @ParameterizedTest
  @MethodSource("models")
  void features_areThoseOfTheReference(GoldenModel golden) throws IOException {
    ModalitySpec pixels = golden.modalities().get(0);
    TokenLayout.Grid grid = (TokenLayout.Grid) pixels.layout();
    int width = ((TokenSpace.Pixels) pixels.space()).width();
    List<ModalitySpec> modalities =
        List.of(
            new ModalitySpec(
                pixels.name(), new TokenSpace.Continuous(width), grid, pixels.roles()));
    ModelConfig config = golden.config().toBuilder().outputs(7).build();
    try (SafetensorsFile file = SafetensorsFile.open(golden.tensors());
        Parameters parameters =
            Parameters.create(
                ParameterLayout.of(config, modalities),
                Device.cpu(),
                spec -> {
                  try {
                    return FloatBuffer.wrap(
                        spec.name().startsWith("output_head")
                            ? new ParameterInitialiser(3).values(spec)
                            : file.floats("param." + spec.name()));
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
        VisionEncoder encoder = new VisionEncoder(config, modalities, parameters)) {
      List<Long> shape = file.get("in.image").shape();
      MaskedBatch batch = MaskedBatch.allocate(modalities, shape.get(0).intValue());
      for (int row = 0; row < batch.capacity(); row++) {
        batch.addRow("image" + row);
      }
      MaskedBatch.Part part = batch.parts().get(0);
      float[] patches = GoldenCase.patches(file.floats("in.image"), shape, grid);
      System.arraycopy(patches, 0, part.vectors, 0, patches.length);
      Arrays.fill(part.encoderIgnored, false);
      try (PackedBatch packed = new Packer(modalities, PackLimits.NONE).pack(batch);
          StepScope scope = StepScope.open(parameters.manager())) {
        NDArray tokens = encoder.tokens(packed, Precision.FP32, null, scope);
        NDArray pooled = encoder.pooled(tokens, scope);
        assertClose(tokens.toFloatArray(), file.floats("out.tokens"));
        assertClose(pooled.toFloatArray(), file.floats("out.mean_pooled"));

        float[] head = parameters.read("output_head.weight");
        float[] mean = pooled.toFloatArray();
        float[] outputs = encoder.outputs(pooled, Precision.FP32, scope).toFloatArray();
        double expected = 0;
        for (int d = 0; d < config.dim(); d++) {
          expected += head[d] * mean[d];
        }
        assertThat((double) outputs[0]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(5e-5f));
    }
  }
}
