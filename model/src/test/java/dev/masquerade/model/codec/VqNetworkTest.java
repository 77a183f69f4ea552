package dev.masquerade.model.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import ai.djl.Device;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.parameter.Parameters;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VqNetworkTest {

  private static final CoderShape POINT_WISE = new CoderShape.PointWise(16, 2, 2);
  private static final CoderShape PLAIN = new CoderShape.PointWise(16, 1, 0);

  static Stream<VqConfig> kinds() {
    QuantizerConfig.Codebook cosine = Toys.codebook(CodeDistance.COSINE, 24, 1, 0.1, false);
    return Stream.of(
        Toys.config(cosine, 4),
        Toys.config(Toys.codebook(CodeDistance.COSINE, 12, 2, 0.1, true), 8),
        Toys.config(Toys.codebook(CodeDistance.EUCLIDEAN, 24, 1, 0.1, true), 4),
        Toys.config(Toys.codebook(CodeDistance.EUCLIDEAN, 24, 1, 0.1, false), 4),
        Toys.config(new QuantizerConfig.Memcodes(12, 2, 1), 8),
        Toys.config(new QuantizerConfig.FiniteScalar(List.of(5, 4, 3), ScalarBound.SIGMOID), 3),
        Toys.config(new QuantizerConfig.FiniteScalar(List.of(5, 4, 3), ScalarBound.TANH), 3),
        new VqConfig(
            new VqEncoderConfig(3, 0, 2, 2, 4, Toys.SMALL, 4, cosine, true),
            Toys.SMALL,
            true,
            ReconstructionLoss.L1),
        new VqConfig(
            new VqEncoderConfig(4, 5, 2, 2, 4, Toys.SMALL, 4, cosine, false),
            Toys.SMALL,
            false,
            ReconstructionLoss.CROSS_ENTROPY),
        new VqConfig(
            new VqEncoderConfig(10, 0, 2, 2, 1, POINT_WISE, 4, cosine, false),
            POINT_WISE,
            false,
            ReconstructionLoss.COSINE),
        new VqConfig(
            new VqEncoderConfig(10, 0, 2, 2, 1, PLAIN, 4, cosine, false),
            POINT_WISE,
            false,
            ReconstructionLoss.SMOOTH_L1));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void training_improvesReconstructionOfNewContent(VqConfig config) {
    ModalitySpec image = Toys.image(config.tokens(), 2, 2);
    try (Parameters parameters = Toys.parameters(config);
        VqNetwork network = new VqNetwork(config, image, parameters);
        PackedBatch held = Toys.batch(image, 16, 999)) {
      double before = reconstruction(network, held);
      for (int step = 0; step < 60; step++) {
        try (PackedBatch batch = Toys.batch(image, 16, step)) {
          assertThat(Toys.step(network, 0.01, step, batch)).isFinite();
        }
      }
      assertThat(reconstruction(network, held)).isLessThan(0.6 * before);
      assertThat(network.usage().share()).isBetween(0.0, 1.0);
      assertThat(network.usage().perplexity()).isGreaterThan(1);
      assertThat(network.measures()).containsKeys("codes_used", "code_perplexity");
    }
  }

  private static double reconstruction(VqNetwork network, PackedBatch batch) {
    try (StepScope scope = StepScope.open(network.parameters().manager())) {
      return network.loss(batch, Precision.FP32, scope).modalities().get(0).loss();
    }
  }

  @Test
  void codes_moveAfterTheStepAndNeverByTheOptimiser() {
    VqConfig config = Toys.config(Toys.codebook(CodeDistance.EUCLIDEAN, 8, 1, 0, false), 4);
    ModalitySpec image = Toys.image(config.tokens(), 2, 2);
    try (Parameters parameters = Toys.parameters(config);
        VqNetwork network = new VqNetwork(config, image, parameters);
        PackedBatch batch = Toys.batch(image, 4, 1);
        StepScope scope = StepScope.open(parameters.manager())) {
      assertThat(parameters.trainable()).noneMatch(spec -> spec.name().contains("_codebook"));
      float[] before = parameters.read("quantize._codebook.embed");
      network.lossAndGradients(
          batch, Precision.FP32, RandomSource.XO_RO_SHI_RO_128_PP.create(1), scope);
      assertThat(parameters.read("quantize._codebook.embed")).isEqualTo(before);

      network.skipped();
      network.stepped(1, 10, scope);
      assertThat(parameters.read("quantize._codebook.embed")).isEqualTo(before);

      network.lossAndGradients(
          batch, Precision.FP32, RandomSource.XO_RO_SHI_RO_128_PP.create(1), scope);
      network.stepped(2, 10, scope);
      assertThat(parameters.read("quantize._codebook.embed")).isNotEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void partsOfABatch_moveCodesLikeTheWhole(VqConfig config) {
    if (!(config.tokens().quantizer() instanceof QuantizerConfig.Codebook codebook)
        || codebook.kMeans()) {
      return;
    }
    ModalitySpec image = Toys.image(config.tokens(), 2, 2);
    float[][] codes = new float[2][];
    for (int way = 0; way < 2; way++) {
      try (Parameters parameters = Toys.parameters(config);
          VqNetwork network = new VqNetwork(config, image, parameters);
          PackedBatch whole = Toys.batch(image, 8, 5);
          PackedBatch one = Toys.batch(image, 8, 0, 4, 5);
          PackedBatch other = Toys.batch(image, 8, 4, 8, 5)) {
        PackedBatch[] parts = way == 0 ? new PackedBatch[] {whole} : new PackedBatch[] {one, other};
        Toys.step(network, 0.01, 0, parts);
        codes[way] = parameters.read("quantize._codebook.embed");
      }
    }
    assertThat(codes[1]).containsExactly(codes[0], offset(1e-4f));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void interruptedTraining_goesOnExactly(VqConfig config) {
    ModalitySpec image = Toys.image(config.tokens(), 2, 2);
    try (Parameters straight = Toys.parameters(config);
        Parameters first = Toys.parameters(config)) {
      run(config, image, straight, 0, 6);
      run(config, image, first, 0, 3);
      try (Parameters second =
          Parameters.create(
              first.layout(), Device.cpu(), spec -> FloatBuffer.wrap(first.read(spec.name())))) {
        run(config, image, second, 3, 6);
        straight
            .layout()
            .parameters()
            .forEach(
                spec ->
                    assertThat(second.read(spec.name()))
                        .as(spec.name())
                        .isEqualTo(straight.read(spec.name())));
      }
    }
  }

  private static void run(
      VqConfig config, ModalitySpec image, Parameters parameters, int from, int to) {
    try (VqNetwork network = new VqNetwork(config, image, parameters)) {
      for (int step = from; step < to; step++) {
        try (PackedBatch batch = Toys.batch(image, 4, step)) {
          Toys.step(network, 0.01, step, batch);
        }
      }
    }
  }

  @Test
  void otherResolutions_areTrainedOn() {
    VqConfig config = Toys.config(Toys.codebook(CodeDistance.COSINE, 8, 1, 0.1, false), 4);
    try (Parameters parameters = Toys.parameters(config);
        VqNetwork network = new VqNetwork(config, Toys.image(config.tokens(), 2, 2), parameters);
        PackedBatch batch = Toys.batch(Toys.image(config.tokens(), 3, 5), 2, 1)) {
      assertThat(Toys.step(network, 0.01, 0, batch)).isFinite();
    }
  }

  @Test
  void hiddenPatches_areRefused() {
    VqConfig config = Toys.config(Toys.codebook(CodeDistance.COSINE, 8, 1, 0.1, false), 4);
    ModalitySpec image = Toys.image(config.tokens(), 2, 2);
    MaskedBatch some = MaskedBatch.allocate(List.of(image), 1);
    some.addRow("toy");
    some.parts().get(0).encoderIgnored[0] = false;
    try (Parameters parameters = Toys.parameters(config);
        VqNetwork network = new VqNetwork(config, image, parameters);
        PackedBatch batch = new Packer(List.of(image), PackLimits.NONE).pack(some)) {
      assertThatThrownBy(() -> Toys.step(network, 0.01, 0, batch))
          .hasMessageContaining("sees every patch")
          .hasMessageContaining("1 x 4 patches of toy the batch holds 1");
    }
  }

  @Test
  void weightsOfAnotherTokenizer_areRefusedWithBothEnds() {
    VqConfig narrow = Toys.config(Toys.codebook(CodeDistance.COSINE, 8, 1, 0.1, false), 4);
    VqConfig wide = Toys.config(Toys.codebook(CodeDistance.COSINE, 16, 1, 0.1, false), 6);
    try (Parameters parameters = Toys.parameters(narrow)) {
      assertThatThrownBy(() -> new VqNetwork(wide, Toys.image(wide.tokens(), 2, 2), parameters))
          .hasMessageContaining("latentWidth gives 6, but quant_proj takes 4")
          .hasMessageContaining("codes gives 16, but quantize._codebook takes 8");
    }
  }
}
