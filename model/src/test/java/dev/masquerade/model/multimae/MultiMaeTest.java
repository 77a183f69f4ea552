package dev.masquerade.model.multimae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.ModelFamilies;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.model.weights.ConfigJson;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.TensorContent;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MultiMaeTest {

  private static final DecoderShape DECODER = new DecoderShape(8, 1, 2, 2);

  private static ModalitySpec spec(String name, TokenSpace space, int rows, int columns) {
    return new ModalitySpec(
        new ModalityName(name),
        space,
        new TokenLayout.Grid(rows, columns),
        EnumSet.allOf(Role.class));
  }

  private static List<ModalitySpec> modalities(int rows, int columns) {
    return List.of(
        spec("rgb@64", new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET), rows, columns),
        spec("depth@64", new TokenSpace.Continuous(16), rows, columns),
        spec("semseg@64", new TokenSpace.ClassPatches(2, 5), rows, columns));
  }

  private static MultiMaeConfig config(List<ModalitySpec> modalities, TaskBalance balance) {
    MultiMaeTasks tasks = MultiMaeTasks.of(modalities, DECODER, Optional.of("rgb"));
    return new MultiMaeConfig(
        16,
        2,
        2,
        2,
        2,
        new TokenLayout.Grid(4, 4),
        tasks.inputs(),
        tasks.outputs(),
        false,
        balance);
  }

  @Test
  void tasks_followFromModalities() {
    MultiMaeTasks tasks = MultiMaeTasks.of(modalities(4, 4), DECODER, Optional.of("rgb"));
    assertThat(tasks.patchSize()).isEqualTo(4);
    assertThat(tasks.inputs()).extracting(InputTask::strideLevel).containsExactly(1, 1, 2);
    assertThat(tasks.outputs())
        .extracting(OutputTask::name)
        .containsExactly("rgb", "depth", "semseg", "norm_rgb");
    assertThat(tasks.outputs())
        .extracting(OutputTask::loss)
        .containsExactly(TaskLoss.MSE, TaskLoss.L1, TaskLoss.CROSS_ENTROPY, TaskLoss.MSE);
  }

  @Test
  void gridThatIsNotSquare_trainsOnResizedTablesWithMissingClasses() {
    List<ModalitySpec> modalities = modalities(3, 5);
    MultiMaeConfig config = config(modalities, TaskBalance.UNCERTAINTY);
    ParameterInitialiser start = new ParameterInitialiser(7);
    try (Parameters parameters =
            Parameters.create(
                MultiMaeLayout.of(config),
                Device.cpu(),
                spec -> FloatBuffer.wrap(start.values(spec)));
        MultiMaeNetwork network = new MultiMaeNetwork(config, modalities, parameters);
        StepScope scope = StepScope.open(parameters.manager())) {
      MaskedBatch batch = MaskedBatch.allocate(modalities, 2);
      batch.addRow("a");
      batch.addRow("b");
      for (MaskedBatch.Part part : batch.parts()) {
        Arrays.fill(part.vectors, 0.5f);
        Arrays.fill(part.pixels, (byte) (part.spec.name().base().equals("semseg") ? 255 : 90));
        for (int i = 0; i < part.encoderIgnored.length; i++) {
          part.encoderIgnored[i] = i % 3 != 0;
          part.decoderIgnored[i] = i % 3 == 0;
        }
      }
      StepResult result =
          network.lossAndGradients(
              new Packer(modalities, PackLimits.NONE).pack(batch),
              Precision.FP32,
              RandomSource.SPLIT_MIX_64.create(1),
              scope);
      assertThat(result.loss().total()).isFinite().isPositive();
      assertThat(result.loss().modalities().get(2).loss()).as("no pixel has a class").isZero();
      for (NDArray gradient : result.gradients().present()) {
        for (float value : gradient.toFloatArray()) {
          assertThat(Float.isFinite(value)).isTrue();
        }
      }
    }
  }

  @Test
  void leanestModel_trainsWithoutGlobalTokensAndDecoderBlocks() {
    List<ModalitySpec> modalities = modalities(4, 4);
    MultiMaeTasks tasks =
        MultiMaeTasks.of(modalities, new DecoderShape(8, 0, 2, 2), Optional.empty());
    MultiMaeConfig config =
        new MultiMaeConfig(
            16,
            1,
            2,
            2,
            0,
            new TokenLayout.Grid(4, 4),
            tasks.inputs(),
            tasks.outputs(),
            false,
            TaskBalance.EQUAL);
    ParameterInitialiser start = new ParameterInitialiser(7);
    try (Parameters parameters =
            Parameters.create(
                MultiMaeLayout.of(config),
                Device.cpu(),
                spec -> FloatBuffer.wrap(start.values(spec)));
        MultiMaeNetwork network = new MultiMaeNetwork(config, modalities, parameters);
        StepScope scope = StepScope.open(parameters.manager())) {
      StepResult result =
          network.lossAndGradients(
              new Packer(modalities, PackLimits.NONE).pack(thirds(modalities, 3)),
              Precision.FP32,
              RandomSource.SPLIT_MIX_64.create(1),
              scope);
      assertThat(result.loss().total()).isFinite().isPositive();
      assertThat(result.gradients().present()).hasSize(parameters.trainable().size());
    }
  }

  @Test
  void pooledFeatures_leavePaddingOut() {
    List<ModalitySpec> modalities = modalities(4, 4);
    MultiMaeConfig config = config(modalities, TaskBalance.EQUAL);
    ParameterInitialiser start = new ParameterInitialiser(7);
    try (Parameters parameters =
            Parameters.create(
                MultiMaeLayout.of(config),
                Device.cpu(),
                spec -> FloatBuffer.wrap(start.values(spec)));
        Parameters head =
            Parameters.create(
                LinearOutput.layout(config.dim(), 3),
                Device.cpu(),
                spec -> FloatBuffer.wrap(start.values(spec)));
        KernelModule kernels = Kernels.loadModel();
        MultiMaeNetwork network = new MultiMaeNetwork(config, modalities, parameters);
        StepScope scope = StepScope.open(parameters.manager())) {
      Packer packer = new Packer(modalities, PackLimits.NONE);
      MaskedBatch uneven = thirds(modalities, 2);
      MaskedBatch alone = thirds(modalities, 1);
      Arrays.fill(uneven.parts().get(1).encoderIgnored, 0, 16, true);
      Arrays.fill(alone.parts().get(1).encoderIgnored, true);
      for (Pooling pooling : Pooling.values()) {
        NDArray both = network.pooled(packer.pack(uneven), pooling, Precision.FP32, scope);
        NDArray one = network.pooled(packer.pack(alone), pooling, Precision.FP32, scope);
        for (int d = 0; d < config.dim(); d++) {
          assertThat(both.getFloat(0, d)).isCloseTo(one.getFloat(0, d), within(1e-5f));
        }
        NDArray scores = new LinearOutput(kernels, head).scores(both, Precision.FP32, scope);
        assertThat(scores.getShape()).isEqualTo(new Shape(2, 3));
      }
    }
    assertThatThrownBy(() -> LinearOutput.after(config, 32).require())
        .hasMessageContaining("encoder gives 16, but linear output takes 32");
  }

  /** A batch that sees every third place and is asked for the others; no pixel lacks a class. */
  private static MaskedBatch thirds(List<ModalitySpec> modalities, int rows) {
    MaskedBatch batch = MaskedBatch.allocate(modalities, rows);
    for (int row = 0; row < rows; row++) {
      batch.addRow("row" + row);
    }
    for (MaskedBatch.Part part : batch.parts()) {
      for (int i = 0; i < part.vectors.length; i++) {
        part.vectors[i] = i % 16 * 0.1f - 0.5f;
      }
      for (int i = 0; i < part.pixels.length; i++) {
        part.pixels[i] = (byte) (i % 5);
      }
      for (int i = 0; i < part.encoderIgnored.length; i++) {
        part.encoderIgnored[i] = i % part.places % 3 != 0;
        part.decoderIgnored[i] = i % part.places % 3 == 0;
      }
    }
    return batch;
  }

  @Test
  void tablesOfHalfTheGrid_areMeansOfNeighbours() {
    try (KernelModule kernels = Kernels.loadModelWith(Kernels.MULTIMAE);
        Parameters parameters =
            Parameters.create(
                MultiMaeLayout.of(config(modalities(4, 4), TaskBalance.EQUAL)),
                Device.cpu(),
                spec -> FloatBuffer.allocate((int) spec.elements()));
        StepScope scope = StepScope.open(parameters.manager())) {
      float[] rising = new float[4 * 2 * 6];
      for (int i = 0; i < rising.length; i++) {
        rising[i] = i;
      }
      NDArray table = scope.manager().create(rising, new Shape(1, 4, 2, 6));
      NDArray half = kernels.call(scope.manager(), "grid_rows", table, 1, 6, false).get(0);
      assertThat(half.getShape()).isEqualTo(new Shape(1, 6, 4));
      // The mean of rows 0 and 1 at column 2 of plane 1: (12 + 2 + 12 + 8) / 2.
      assertThat(half.getFloat(0, 2, 1)).isEqualTo(17f);
      NDArray same = kernels.call(scope.manager(), "grid_rows", table, 2, 6, true).get(0);
      assertThat(same.getFloat(0, 7, 3)).isEqualTo(3 * 12 + 7f);
    }
  }

  @Test
  void configuration_comesBackFromWeights(@TempDir Path directory) throws IOException {
    List<ModalitySpec> modalities = modalities(4, 4);
    for (TaskBalance balance : TaskBalance.values()) {
      MultiMaeDescription description =
          new MultiMaeDescription(config(modalities, balance), modalities);
      Path file = directory.resolve(balance + ".safetensors");
      ParameterInitialiser start = new ParameterInitialiser(1);
      SafetensorsWriter.write(
          file,
          ConfigJson.metadata(description),
          description.layout().owners().stream()
              .map(spec -> TensorContent.floats(spec.name(), spec.shape(), start.values(spec)))
              .toList());
      try (StoredModel model = StoredModel.open(file)) {
        assertThat(model.description()).isEqualTo(description);
        assertThat(model.match().fits()).isTrue();
      }
    }
    assertThat(ModelFamilies.named("multimae")).isSameAs(MultiMaeFamily.INSTANCE);
  }

  @Test
  void modalitiesThatDoNotFit_areAllNamed() {
    MultiMaeConfig config = config(modalities(4, 4), TaskBalance.EQUAL);
    List<ModalitySpec> other =
        List.of(
            spec("rgb@64", new TokenSpace.Pixels(8, ChannelStatistics.IMAGENET), 4, 4),
            spec("depth@64", new TokenSpace.Continuous(16), 2, 2),
            spec("normal@64", new TokenSpace.Pixels(4, ChannelStatistics.symmetric(3)), 4, 4));
    assertThatThrownBy(() -> new MultiMaeDescription(config, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "rgb@64 holds 8 x 8 patches of 3 channels, but the input task takes 4 x 4 patches of 3"
                + " channels")
        .hasMessageContaining("depth@64 has a grid of 2 x 2, but other tasks one of 4 x 4")
        .hasMessageContaining("normal@64 is an input without an input task normal");
  }

  @Test
  void parametersOfAnotherWidth_areRefusedWithBothPartsAndWidths() {
    List<ModalitySpec> modalities = modalities(4, 4);
    MultiMaeConfig config = config(modalities, TaskBalance.EQUAL);
    MultiMaeConfig wider =
        new MultiMaeConfig(
            24,
            2,
            2,
            2,
            2,
            config.positions(),
            config.inputs(),
            config.outputs(),
            false,
            TaskBalance.EQUAL);
    assertThatThrownBy(() -> MultiMaeChain.of(config, MultiMaeLayout.of(wider)).require())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "encoder gives 16, but output_adapters.rgb.proj_context takes 24. Encoder, input"
                + " adapters and proj_context of every decoder need one dim");
  }
}
