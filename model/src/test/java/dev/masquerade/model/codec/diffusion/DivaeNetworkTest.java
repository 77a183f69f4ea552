package dev.masquerade.model.codec.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.codec.CodeDistance;
import dev.masquerade.model.codec.CoderShape;
import dev.masquerade.model.codec.QuantizerConfig;
import dev.masquerade.model.codec.VqEncoderConfig;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.parameter.Parameters;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DivaeNetworkTest {

  private static final List<Planes> FRAMES = TwoColours.draw(6, 99);

  @Test
  void equalStreams_giveEqualSteps() {
    DivaeDescription description =
        SmallDivae.description(PredictionType.VELOCITY, ConditionDropout.ofAll(0.5), false);
    try (Parameters parameters = SmallDivae.parameters(description);
        DivaeNetwork network = new DivaeNetwork(description, parameters);
        PackedBatch batch = SmallDivae.pack(FRAMES)) {
      double first = loss(network, batch, 4);
      assertThat(loss(network, batch, 4)).isEqualTo(first);
      assertThat(loss(network, batch, 5)).isNotEqualTo(first);
      try (StepScope scope = StepScope.open(parameters.manager())) {
        double held = network.loss(batch, Precision.FP32, scope).total();
        assertThat(network.loss(batch, Precision.FP32, scope).total()).isEqualTo(held);
      }
    }
  }

  private static double loss(DivaeNetwork network, PackedBatch batch, long seed) {
    try (StepScope scope = StepScope.open(network.parameters().manager())) {
      StepResult result =
          network.lossAndGradients(batch, Precision.FP32, SmallDivae.stream(seed), scope);
      network.skipped();
      return result.loss().total();
    }
  }

  @Test
  void frozenEncoder_staysAsItIs() {
    DivaeDescription description =
        SmallDivae.description(PredictionType.SAMPLE, ConditionDropout.NONE, true);
    try (Parameters parameters = SmallDivae.parameters(description);
        DivaeNetwork network = new DivaeNetwork(description, parameters);
        PackedBatch batch = SmallDivae.pack(FRAMES);
        StepScope scope = StepScope.open(parameters.manager())) {
      float[] codes = parameters.read("quantize._codebook.embed");
      StepResult result =
          network.lossAndGradients(batch, Precision.FP32, SmallDivae.stream(1), scope);
      network.stepped(1, 10, scope);
      for (int i = 0; i < parameters.trainable().size(); i++) {
        String name = parameters.trainable().get(i).name();
        NDArray gradient = result.gradients().get(i);
        assertThat(gradient != null).as(name).isEqualTo(name.startsWith("decoder."));
      }
      assertThat(parameters.read("quantize._codebook.embed")).containsExactly(codes);
      assertThat(network.measures()).isEmpty();
    }
  }

  @Test
  void frozenDecoderStart_letsGradientsThroughOnceItSpeaks() {
    DivaeDescription description =
        SmallDivae.description(PredictionType.SAMPLE, ConditionDropout.NONE, false);
    try (Parameters parameters = SmallDivae.parameters(description);
        DivaeNetwork network = new DivaeNetwork(description, parameters)) {
      SmallDivae.train(network, 20, 1e-2);
      try (PackedBatch batch = SmallDivae.pack(FRAMES);
          StepScope scope = StepScope.open(parameters.manager())) {
        StepResult result =
            network.lossAndGradients(batch, Precision.FP32, SmallDivae.stream(1), scope);
        assertThat(result.gradients().list()).doesNotContainNull();
        assertThat(network.measures().get("codes_used")).isPositive();
      }
    }
  }

  private static VqEncoderConfig classes() {
    return new VqEncoderConfig(
        8,
        5,
        4,
        4,
        4,
        new CoderShape.VisionTransformer(32, 1, 2, false),
        8,
        new QuantizerConfig.Codebook(CodeDistance.COSINE, 16),
        false);
  }

  @Test
  void partsThatDoNotFit_areRefusedByName() {
    DiffusionConfig diffusion = DiffusionConfig.published();
    VqEncoderConfig tokens = SmallDivae.tokens();
    assertThatThrownBy(() -> divae(classes(), 8, 8, 2, List.of(1), diffusion))
        .hasMessageContaining("generates numbers, but the tokenizer is of 5 classes");
    assertThatThrownBy(() -> divae(tokens, 4, 8, 2, List.of(1), diffusion))
        .hasMessageContaining("the encoder takes 3 channels, but the decoder gives 4");
    assertThatThrownBy(() -> divae(tokens, 3, 7, 2, List.of(1), diffusion))
        .hasMessageContaining("latents have 8 numbers, but the decoder takes 7");
    assertThatThrownBy(() -> divae(tokens, 3, 8, 4, List.of(1, 1, 1, 1), diffusion))
        .hasMessageContaining("multiples of 32, was given 16 x 16");
    assertThatThrownBy(
            () ->
                new DiffusionConfig(
                    1000, PredictionType.EPSILON, new BetaSchedule.Linear(), true, false))
        .hasMessageContaining("prediction_type epsilon does not go with zero_terminal_snr")
        .hasMessageContaining("set zero_terminal_snr to false");
    assertThatThrownBy(() -> ConditionDropout.ofAll(1.5)).hasMessageContaining("was 1.5");
  }

  private static DivaeConfig divae(
      VqEncoderConfig tokens,
      int channels,
      int condition,
      int patch,
      List<Integer> multipliers,
      DiffusionConfig diffusion) {
    return new DivaeConfig(
        tokens,
        new UnetConfig(channels, condition, patch, 32, 1, Set.of(), multipliers, 1),
        diffusion,
        ConditionDropout.NONE,
        DecodingSettings.usual(diffusion),
        false);
  }

  @Test
  void contentOutsideOfWhatIsClipped_isRefused() {
    ModalitySpec standardised =
        new ModalitySpec(
            new ModalityName("rgb@16"),
            new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET),
            new TokenLayout.Grid(4, 4),
            Set.of(Role.INPUT));
    DivaeConfig config = SmallDivae.config(PredictionType.SAMPLE, ConditionDropout.NONE, false);
    assertThatThrownBy(() -> new DivaeDescription(config, standardised))
        .hasMessageContaining("rgb@16 reaches 2.25 after normalising")
        .hasMessageContaining("do not clip");
  }

  @Test
  void droppedPlaces_areAsManyAsAskedForAndAnyOfThem() {
    ConditionDropout dropout = new ConditionDropout(0.5, true, 2, 3);
    int[] perPlace = new int[6];
    int untouched = 0;
    int rows = 20_000;
    boolean[] dropped = dropout.draw(SmallDivae.stream(3), rows, 6);
    assertThat(dropped).isNotNull();
    for (int row = 0; row < rows; row++) {
      int count = 0;
      for (int place = 0; place < 6; place++) {
        if (dropped[row * 6 + place]) {
          count++;
          perPlace[place]++;
        }
      }
      assertThat(count).isIn(0, 2, 3);
      untouched += count == 0 ? 1 : 0;
    }
    // Half the rows, and of the others 2.5 of 6 places: each within five standard errors.
    assertThat(untouched).isBetween(9_640, 10_360);
    for (int count : perPlace) {
      assertThat(count).isBetween(3_880, 4_450);
    }
    assertThat(ConditionDropout.NONE.draw(SmallDivae.stream(3), 5, 6)).isNull();
    assertThat(ConditionDropout.ofAll(1).draw(SmallDivae.stream(3), 2, 2)).containsOnly(true);
  }
}
