package dev.masquerade.model.codec.diffusion;

import static dev.masquerade.model.golden.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.InitRule;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterLayout;
import dev.masquerade.model.weights.ParameterSpec;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PatchedUnetTest {

  private static final UnetConfig SMALL =
      new UnetConfig(3, 5, 2, 32, 1, Set.of(2), List.of(1, 2, 2), 2);

  /** Starts at random everywhere, so that no part is without effect. */
  private static Parameters scattered(UnetConfig config) {
    ParameterInitialiser initialiser = new ParameterInitialiser(3);
    return Parameters.create(
        PatchedUnet.layout(config),
        Device.cpu(),
        spec ->
            FloatBuffer.wrap(
                initialiser.values(
                    new ParameterSpec(
                        spec.name(),
                        spec.shape(),
                        new InitRule.Normal(0.1),
                        true,
                        spec.tiedTo()))));
  }

  private static NDArray counting(StepScope scope, long... shape) {
    Shape all = new Shape(shape);
    float[] values = new float[(int) all.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.cos(i * 0.71);
    }
    return scope.manager().create(values, all);
  }

  @Test
  void publishedSize_hasTheNamesOfThePublishedLayout() {
    ParameterLayout layout = PatchedUnet.layout(UnetConfig.published(3, 32));
    assertThat(shape(layout, "input_blocks.0.0.weight")).containsExactly(256L, 80L, 3L, 3L);
    // Four blocks of the first level, then the first of three that halve.
    assertThat(shape(layout, "input_blocks.4.0.op.weight")).containsExactly(256L, 256L, 3L, 3L);
    assertThat(shape(layout, "input_blocks.5.0.skip_connection.weight"))
        .containsExactly(512L, 256L, 1L, 1L);
    assertThat(layout.contains("input_blocks.7.1.qkv.weight")).isFalse();
    assertThat(shape(layout, "input_blocks.9.1.qkv.weight")).containsExactly(1536L, 512L, 1L);
    assertThat(layout.contains("input_blocks.16.0.op.weight")).isFalse();
    assertThat(shape(layout, "output_blocks.3.2.conv.weight")).containsExactly(512L, 512L, 3L, 3L);
    assertThat(shape(layout, "output_blocks.11.1.conv.weight")).containsExactly(512L, 512L, 3L, 3L);
    assertThat(shape(layout, "output_blocks.12.0.in_layers.0.weight")).containsExactly(768L);
    assertThat(layout.contains("output_blocks.15.1.conv.weight")).isFalse();
    assertThat(shape(layout, "out.2.weight")).containsExactly(48L, 256L, 3L, 3L);
  }

  private static List<Long> shape(ParameterLayout layout, String name) {
    return layout.get(name).shape();
  }

  @Test
  void levelsThatHalve_comeBackToTheSizeOfThePicture() {
    try (KernelModule kernels = Kernels.loadModelWith(Kernels.DIFFUSION);
        Parameters parameters = scattered(SMALL);
        StepScope scope = StepScope.open(parameters.manager())) {
      PatchedUnet unet = new PatchedUnet(kernels, SMALL, parameters);
      NDArray noisy = counting(scope, 2, 3, 16, 24);
      NDArray moments = scope.manager().create(new int[] {5, 500});
      NDArray condition = counting(scope, 2, 5, 2, 3);
      NDArray both = unet.predict(noisy, moments, condition, null, Precision.FP32, scope);
      assertThat(both.getShape()).isEqualTo(new Shape(2, 3, 16, 24));
      NDArray alone =
          unet.predict(
              noisy.get("1:2"),
              scope.manager().create(new int[] {500}),
              condition.get("1:2"),
              null,
              Precision.FP32,
              scope);
      float[] second =
          Arrays.copyOfRange(both.toFloatArray(), (int) alone.size(), (int) both.size());
      assertClose("a picture alone", alone, second, 1e-5);
      assertThatThrownBy(
              () ->
                  unet.predict(
                      counting(scope, 2, 3, 12, 16),
                      moments,
                      condition,
                      null,
                      Precision.FP32,
                      scope))
          .hasMessageContaining("multiples of 8, was given 12 x 16");
    }
  }

  @Test
  void everyTensor_getsAGradient() {
    try (KernelModule kernels = Kernels.loadModelWith(Kernels.DIFFUSION);
        Parameters parameters = scattered(SMALL);
        StepScope scope = StepScope.open(parameters.manager())) {
      PatchedUnet unet = new PatchedUnet(kernels, SMALL, parameters);
      NDArray output =
          unet.predict(
              counting(scope, 2, 3, 16, 16),
              scope.manager().create(new int[] {5, 500}),
              counting(scope, 2, 5, 4, 4),
              null,
              Precision.FP32,
              scope);
      NDArray target = counting(scope, 2, 3, 16, 16);
      NDArray loss = kernels.call(scope.manager(), "squared_error", output, target).get(0);
      NDList found = kernels.call(scope.manager(), "gradients", loss, parameters.trainableArrays());
      assertThat(found).hasSize(parameters.trainable().size() + 1);
    }
  }

  @Test
  void untrainedNetwork_saysNothing() {
    ParameterInitialiser initialiser = new ParameterInitialiser(3);
    try (KernelModule kernels = Kernels.loadModelWith(Kernels.DIFFUSION);
        Parameters parameters =
            Parameters.create(
                PatchedUnet.layout(SMALL),
                Device.cpu(),
                spec -> FloatBuffer.wrap(initialiser.values(spec)));
        StepScope scope = StepScope.open(parameters.manager())) {
      NDArray output =
          new PatchedUnet(kernels, SMALL, parameters)
              .predict(
                  counting(scope, 1, 3, 16, 16),
                  scope.manager().create(new int[] {5}),
                  counting(scope, 1, 5, 4, 4),
                  null,
                  Precision.FP32,
                  scope);
      assertThat(output.toFloatArray()).containsOnly(0);
    }
  }

  @Test
  void dimensionsThatDoNotFit_areRefusedByName() {
    assertThatThrownBy(() -> new UnetConfig(3, 5, 2, 48, 1, Set.of(), List.of(1), 1))
        .hasMessageContaining("multiple of its 32 groups of channels, was 48");
    assertThatThrownBy(() -> new UnetConfig(3, 5, 2, 32, 1, Set.of(3), List.of(1), 1))
        .hasMessageContaining("1, 2, 4 and so on, was 3");
    assertThatThrownBy(() -> new UnetConfig(3, 5, 2, 32, 1, Set.of(), List.of(), 1))
        .hasMessageContaining("at least one level");
    assertThatThrownBy(() -> new UnetConfig(3, 5, 2, 32, 1, Set.of(), List.of(1, 2), 3))
        .hasMessageContaining("3 does not divide 32");
    assertThatThrownBy(() -> new UnetConfig(0, 5, 2, 32, 1, Set.of(), List.of(1), 1))
        .hasMessageContaining("channels must be at least 1, was 0");
  }
}
