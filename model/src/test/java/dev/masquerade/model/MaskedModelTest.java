package dev.masquerade.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.model.head.Predictions;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.parameter.Gradients;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterInitialiser;
import dev.masquerade.model.weights.ParameterLayout;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MaskedModelTest {

  private static final Set<Role> BOTH = Set.of(Role.INPUT, Role.TARGET);
  private static final ModalitySpec DEPTH =
      new ModalitySpec(
          new ModalityName("tok_depth@16"),
          new TokenSpace.Discrete(50),
          new TokenLayout.Grid(4, 4),
          BOTH);
  private static final ModalitySpec CAPTION =
      new ModalitySpec(
          new ModalityName("caption"),
          new TokenSpace.Discrete(90),
          new TokenLayout.Sequence(12, new SpanMarks(0, 3, 4, 20), TokenLayout.Unit.TOKEN),
          BOTH);
  private static final ModalitySpec PIXELS =
      new ModalitySpec(
          new ModalityName("rgb@16"),
          new TokenSpace.Pixels(4, ChannelStatistics.IMAGENET),
          new TokenLayout.Grid(4, 4),
          Set.of(Role.INPUT));
  private static final ModalitySpec NUMBERS =
      new ModalitySpec(
          PIXELS.name(), new TokenSpace.Continuous(48), PIXELS.layout(), PIXELS.roles());
  private static final List<ModalitySpec> MODALITIES = List.of(PIXELS, DEPTH, CAPTION);

  private static ModelConfig.Builder small() {
    return ModelConfig.builder()
        .dim(32)
        .heads(4)
        .encoderDepth(2)
        .decoderDepth(2)
        .sequencePositions(16)
        .imageSize(16)
        .patchSize(4);
  }

  private static Parameters parameters(ModelConfig config, List<ModalitySpec> modalities) {
    ParameterInitialiser start = new ParameterInitialiser(7);
    return Parameters.create(
        ParameterLayout.of(config, modalities),
        Device.cpu(),
        spec -> FloatBuffer.wrap(start.values(spec)));
  }

  private static UniformRandomProvider rng() {
    return RandomSource.SPLIT_MIX_64.create(5);
  }

  /** Rows of which some see and some predict nothing at all. */
  private static MaskedBatch batch(List<ModalitySpec> modalities, int rows) {
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(3);
    MaskedBatch batch = MaskedBatch.allocate(modalities, rows);
    for (int row = 0; row < rows; row++) {
      batch.addRow("sample" + row);
      for (MaskedBatch.Part part : batch.parts()) {
        for (int place = 0; place < part.places; place++) {
          int at = row * part.places + place;
          part.encoderIgnored[at] = rng.nextInt(3) != 0 || row == 1;
          part.decoderIgnored[at] = !part.encoderIgnored[at] || !part.spec.isTarget() || row == 2;
          if (part.ids.length > 0) {
            part.ids[at] = 1 + rng.nextInt(40);
          }
          for (int i = at * part.width; i < (at + 1) * part.width; i++) {
            int sample = rng.nextInt(256);
            if (part.pixels.length > 0) {
              part.pixels[i] = (byte) sample;
            } else if (part.vectors.length > 0) {
              ChannelStatistics statistics = ChannelStatistics.IMAGENET;
              part.vectors[i] =
                  (sample / 255f - statistics.mean().get(i % 3))
                      / statistics.deviation().get(i % 3);
            }
          }
        }
        boolean first = true;
        for (int place = 0; place < part.places; place++) {
          int at = row * part.places + place;
          boolean grid = part.spec.layout() instanceof TokenLayout.Grid;
          int targets = 0;
          for (int i = 0; i < part.places; i++) {
            targets += part.decoderIgnored[row * part.places + i] ? 0 : 1;
          }
          if (!part.decoderIgnored[at]) {
            part.decoderRun[at] = grid ? (first ? targets : 0) : 1;
            first = false;
          }
        }
      }
    }
    return batch;
  }

  private static double loss(
      ModelConfig config, List<ModalitySpec> modalities, MaskedBatch batch, Precision precision) {
    try (Parameters parameters = parameters(config, modalities);
        MaskedModel model = new MaskedModel(config, modalities, parameters, LossKind.PER_MODALITY);
        PackedBatch packed = new Packer(modalities, PackLimits.NONE).pack(batch);
        StepScope scope = StepScope.open(parameters.manager())) {
      return model.loss(packed, precision, scope).total();
    }
  }

  @Test
  void pixels_areNormalisedAsNumbersWouldBe() {
    List<ModalitySpec> asNumbers = List.of(NUMBERS, DEPTH, CAPTION);
    double bytes = loss(small().build(), MODALITIES, batch(MODALITIES, 3), Precision.FP32);
    double numbers = loss(small().build(), asNumbers, batch(asNumbers, 3), Precision.FP32);
    assertThat(bytes).isCloseTo(numbers, within(1e-6)).isGreaterThan(3);
  }

  @Test
  void bfloat16_isCloseToFloat32() {
    double exact = loss(small().build(), MODALITIES, batch(MODALITIES, 4), Precision.FP32);
    double fast = loss(small().build(), MODALITIES, batch(MODALITIES, 4), Precision.BF16);
    assertThat(fast).isCloseTo(exact, within(0.02)).isNotEqualTo(exact);
  }

  @Test
  void rowsWithNothingValid_giveNumbers() {
    ModelConfig config = small().registerTokens(0).build();
    MaskedBatch batch = MaskedBatch.allocate(MODALITIES, 2);
    batch.addRow("empty");
    batch.addRow("empty too");
    try (Parameters parameters = parameters(config, MODALITIES);
        MaskedModel model = new MaskedModel(config, MODALITIES, parameters, LossKind.PER_TOKEN);
        PackedBatch packed = new Packer(MODALITIES, PackLimits.NONE).pack(batch);
        StepScope scope = StepScope.open(parameters.manager())) {
      StepResult result = model.lossAndGradients(packed, Precision.FP32, rng(), scope);
      assertThat(result.loss().total()).isZero();
      assertThat(result.gradients().present()).isEmpty();
    }
  }

  @Test
  void rowsThatSeeNothing_giveFiniteGradients() {
    ModelConfig config = small().build();
    try (Parameters parameters = parameters(config, MODALITIES);
        MaskedModel model = new MaskedModel(config, MODALITIES, parameters, LossKind.PER_TOKEN);
        PackedBatch packed = new Packer(MODALITIES, PackLimits.NONE).pack(batch(MODALITIES, 3));
        StepScope scope = StepScope.open(parameters.manager())) {
      assertThat(packed.encoder().valid(1)).isZero();
      Gradients gradients =
          model.lossAndGradients(packed, Precision.FP32, rng(), scope).gradients();
      assertThat(gradients.present()).isNotEmpty();
      for (var gradient : gradients.present()) {
        for (float value : gradient.toFloatArray()) {
          assertThat(Float.isFinite(value)).isTrue();
        }
      }
    }
  }

  @Test
  void dropPath_changesTrainingAndNotEvaluation() {
    ModelConfig plain = small().build();
    ModelConfig dropping = small().encoderDropPath(0.5).decoderDropPath(0.5).build();
    MaskedBatch batch = batch(MODALITIES, 4);
    assertThat(loss(dropping, MODALITIES, batch, Precision.FP32))
        .isEqualTo(loss(plain, MODALITIES, batch, Precision.FP32));
    try (Parameters parameters = parameters(dropping, MODALITIES);
        MaskedModel model =
            new MaskedModel(dropping, MODALITIES, parameters, LossKind.PER_MODALITY);
        PackedBatch packed = new Packer(MODALITIES, PackLimits.NONE).pack(batch);
        StepScope scope = StepScope.open(parameters.manager())) {
      UniformRandomProvider rng = rng();
      double first = model.lossAndGradients(packed, Precision.FP32, rng, scope).loss().total();
      double second = model.lossAndGradients(packed, Precision.FP32, rng, scope).loss().total();
      double again = model.lossAndGradients(packed, Precision.FP32, rng(), scope).loss().total();
      assertThat(second).isNotEqualTo(first);
      assertThat(again).isEqualTo(first);
    }
  }

  @Test
  void predictions_areProbabilitiesOfEveryTarget() {
    ModelConfig config = small().build();
    try (Parameters parameters = parameters(config, MODALITIES);
        MaskedModel model = new MaskedModel(config, MODALITIES, parameters, LossKind.PER_MODALITY);
        PackedBatch packed = new Packer(MODALITIES, PackLimits.NONE).pack(batch(MODALITIES, 3));
        StepScope scope = StepScope.open(parameters.manager())) {
      List<Predictions> all = model.predict(packed, Precision.FP32, scope);
      double loss = model.loss(packed, Precision.FP32, scope).modalities().get(0).loss();
      Predictions depth = all.get(0);
      double sum = 0;
      for (int k = 0; k < depth.count(); k++) {
        float[] probabilities = depth.probabilities(k);
        double total = 0;
        for (float probability : probabilities) {
          total += probability;
          assertThat(probability).isLessThanOrEqualTo(probabilities[depth.best(k)]);
        }
        assertThat(total).isCloseTo(1, within(1e-5));
        sum -= Math.log(probabilities[depth.part().target(k)]);
      }
      assertThat(sum / depth.count()).isCloseTo(loss, within(1e-4));
    }
  }

  /** Nothing is left over after a step: neither arrays nor memory. */
  @Test
  @Tag("slow")
  void memory_staysFlatOverManySteps() {
    ModelConfig config = small().build();
    try (Parameters parameters = parameters(config, MODALITIES);
        MaskedModel model =
            new MaskedModel(config, MODALITIES, parameters, LossKind.PER_MODALITY)) {
      Packer packer = new Packer(MODALITIES, PackLimits.NONE);
      MaskedBatch batch = batch(MODALITIES, 4);
      long arrays = 0;
      long resident = 0;
      for (int step = 0; step <= 2000; step++) {
        try (PackedBatch packed = packer.pack(batch);
            StepScope scope = StepScope.open(parameters.manager())) {
          model.lossAndGradients(packed, Precision.FP32, rng(), scope);
        }
        if (step % 100 == 0) {
          System.gc(); // so that what grows is not Java's own heap, waiting to be collected
        }
        if (step == 400) {
          arrays = ((ai.djl.ndarray.BaseNDManager) parameters.manager()).getManagedArrays().size();
          resident = residentKilobytes();
        }
      }
      assertThat(((ai.djl.ndarray.BaseNDManager) parameters.manager()).getManagedArrays())
          .hasSize((int) arrays);
      assertThat(residentKilobytes() - resident).isLessThan(32 * 1024);
    }
  }

  private static long residentKilobytes() {
    try (var lines = java.nio.file.Files.lines(java.nio.file.Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (java.io.IOException e) {
      return 0; // not Linux
    }
  }
}
