package dev.masquerade.model.byol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.weights.ConfigJson;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.model.weights.SafetensorsWriter;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.TensorContent;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ByolNetworkTest {

  private static final ModalitySpec IMAGE =
      new ModalitySpec(
          new ModalityName("rgb@8"),
          new TokenSpace.Continuous(12),
          new TokenLayout.Grid(4, 4),
          Set.of(Role.INPUT));

  private static ByolConfig config(Pooling pooling) {
    VitConfig backbone =
        VitConfig.builder()
            .grid(4, 4)
            .patchSize(2)
            .width(16)
            .depth(1)
            .heads(2)
            .pooling(pooling)
            .build();
    return ByolConfig.of(backbone, 24, 8);
  }

  private static Parameters parameters(ByolDescription description) {
    ParameterInitialiser start = new ParameterInitialiser(5);
    return Parameters.create(
        description.layout(), Device.cpu(), spec -> FloatBuffer.wrap(start.values(spec)));
  }

  private static PackedBatch batch(int rows) {
    UniformRandomProvider rng = RandomSource.SPLIT_MIX_64.create(3);
    MaskedBatch batch = MaskedBatch.allocate(List.of(IMAGE), rows);
    for (int row = 0; row < rows; row++) {
      batch.addRow("view" + row);
    }
    MaskedBatch.Part part = batch.parts().get(0);
    Arrays.fill(part.encoderIgnored, false);
    for (int i = 0; i < part.vectors.length; i++) {
      part.vectors[i] = rng.nextFloat() - 0.5f;
    }
    return new Packer(List.of(IMAGE), PackLimits.NONE).pack(batch);
  }

  @Test
  void average_startsAsTheNetworkAndFollowsItWithoutGradients() {
    for (Pooling pooling : List.of(Pooling.CLASS_TOKEN, Pooling.MEAN)) {
      ByolDescription description = new ByolDescription(config(pooling), IMAGE);
      try (Parameters parameters = parameters(description);
          ByolNetwork network = new ByolNetwork(description.config(), IMAGE, parameters);
          StepScope scope = StepScope.open(parameters.manager())) {
        String weight = "blocks.0.attn.qkv.weight";
        float[] before = parameters.read("backbone." + weight);
        assertThat(parameters.read("backbone_momentum." + weight)).isEqualTo(before);

        StepResult result =
            network.lossAndGradients(
                batch(8), Precision.FP32, RandomSource.SPLIT_MIX_64.create(1), scope);
        assertThat(result.loss().total()).isBetween(-1.0, 1.0);
        int moving = 0;
        for (int i = 0; i < parameters.trainable().size(); i++) {
          ParameterSpec spec = parameters.trainable().get(i);
          assertThat(spec.name()).doesNotContain("_momentum.").doesNotContain("running_");
          NDArray gradient = result.gradients().get(i);
          moving += gradient == null ? 0 : 1;
        }
        assertThat(moving).isEqualTo(parameters.trainable().size());

        float[] moved = before.clone();
        moved[0] += 1;
        parameters.write("backbone." + weight, FloatBuffer.wrap(moved));
        float[] statistics = parameters.read("projection_head_momentum.layers.1.running_mean");
        network.stepped(1, 100, scope);
        double momentum = description.config().momentum(1, 100);
        assertThat(parameters.read("backbone_momentum." + weight)[0])
            .isCloseTo((float) (before[0] + 1 - momentum), within(1e-6f));
        assertThat(parameters.read("projection_head_momentum.layers.1.running_mean"))
            .as("averages are of parameters, never of running statistics")
            .isEqualTo(statistics)
            .isNotEqualTo(new float[statistics.length]);
      }
    }
  }

  @Test
  void evaluation_leavesRunningStatisticsAlone() {
    ByolDescription description = new ByolDescription(config(Pooling.CLASS_TOKEN), IMAGE);
    try (Parameters parameters = parameters(description);
        ByolNetwork network = new ByolNetwork(description.config(), IMAGE, parameters);
        StepScope scope = StepScope.open(parameters.manager())) {
      float[] before = parameters.read("projection_head.layers.1.running_var");
      network.loss(batch(4), Precision.FP32, scope);
      assertThat(parameters.read("projection_head.layers.1.running_var")).isEqualTo(before);
    }
  }

  @Test
  void batchesThatAreNoPairs_areRefused() {
    ByolDescription description = new ByolDescription(config(Pooling.CLASS_TOKEN), IMAGE);
    try (Parameters parameters = parameters(description);
        ByolNetwork network = new ByolNetwork(description.config(), IMAGE, parameters);
        StepScope scope = StepScope.open(parameters.manager())) {
      assertThatThrownBy(() -> network.loss(batch(5), Precision.FP32, scope))
          .hasMessage("rows come in pairs, two views of one image, but the batch has 5");
      assertThatThrownBy(
              () ->
                  network.lossAndGradients(
                      batch(2), Precision.FP32, RandomSource.SPLIT_MIX_64.create(1), scope))
          .hasMessageContaining("need at least 2 images, which are 4 rows; the batch has 2");
    }
  }

  @Test
  void headsThatDoNotFit_areRefusedBeforeAnyDevice() {
    ByolConfig fitting = config(Pooling.CLASS_TOKEN);
    ByolConfig broken =
        new ByolConfig(
            fitting.backbone(), new HeadShape(32, 24, 8), new HeadShape(12, 24, 10), 0.9);
    assertThatThrownBy(() -> new ByolDescription(broken, IMAGE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "backbone gives 16, but projection takes 32. Set projection.inputs to 16, or"
                + " backbone.width to 32")
        .hasMessageContaining(
            "projection gives 8, but prediction takes 12. Set prediction.inputs to 8, or"
                + " projection.outputs to 12")
        .hasMessageContaining("prediction gives 10, but the comparison");
  }

  @Test
  void description_comesBackFromWeights(@TempDir Path directory) throws IOException {
    ByolDescription description = new ByolDescription(config(Pooling.MEAN), IMAGE);
    Path file = directory.resolve("byol.safetensors");
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
}
