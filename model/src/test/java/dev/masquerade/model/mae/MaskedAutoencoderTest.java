package dev.masquerade.model.mae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.Positions;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.golden.GoldenImages;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.weights.ParameterInitialiser;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rules of masked autoencoders that no reference holds, or that the reference breaks. */
class MaskedAutoencoderTest {

  private static final int ROWS = 2;
  private static final int COLUMNS = 3;
  private static final int PLACES = ROWS * COLUMNS;
  private static final int PATCH = 4;
  private static final ModalitySpec IMAGE = image(ROWS, COLUMNS);

  private static ModalitySpec image(int rows, int columns) {
    return new ModalitySpec(
        new ModalityName("rgb"),
        new TokenSpace.Pixels(PATCH, ChannelStatistics.IMAGENET),
        new TokenLayout.Grid(rows, columns),
        Set.of(Role.INPUT, Role.TARGET));
  }

  private static VitConfig.Builder encoder() {
    return VitConfig.builder()
        .grid(ROWS, COLUMNS)
        .patchSize(PATCH)
        .width(16)
        .depth(2)
        .heads(2)
        .positions(Positions.SINE_COSINE);
  }

  private static MaeConfig config(MaeVariant variant) {
    return switch (variant) {
      case MAE -> MaeConfig.mae(encoder().build(), 8, 1, 2);
      case SIMMIM -> MaeConfig.simMim(encoder().build());
    };
  }

  /**
   * Packs random pictures.
   *
   * @param plan one text per row: {@code s} seen, {@code r} removed, {@code d} neither
   */
  private static PackedBatch pack(ModalitySpec image, String... plan) {
    MaskedBatch batch = MaskedBatch.allocate(List.of(image), plan.length);
    MaskedBatch.Part part = batch.parts().get(0);
    for (int row = 0; row < plan.length; row++) {
      batch.addRow("image" + row);
      int places = image.layout().places();
      // A row's content depends on nothing but its number.
      UniformRandomProvider random = RandomSource.SPLIT_MIX_64.create(row);
      for (int place = 0; place < places; place++) {
        int at = row * places + place;
        part.encoderIgnored[at] = plan[row].charAt(place) != 's';
        part.decoderIgnored[at] = plan[row].charAt(place) != 'r';
        for (int i = 0; i < part.width; i++) {
          part.pixels[at * part.width + i] = (byte) random.nextInt(256);
        }
      }
    }
    return new Packer(List.of(image), PackLimits.NONE).pack(batch);
  }

  @FunctionalInterface
  private interface Check {
    void with(MaskedAutoencoder model, StepScope scope);
  }

  private static void check(MaeConfig config, ModalitySpec image, Check check) {
    ParameterInitialiser start = new ParameterInitialiser(5);
    try (Parameters parameters =
            Parameters.create(
                new MaeDescription(config, image).layout(),
                Device.cpu(),
                spec -> FloatBuffer.wrap(start.values(spec)));
        MaskedAutoencoder model = new MaskedAutoencoder(config, image, parameters);
        StepScope scope = StepScope.open(parameters.manager())) {
      check.with(model, scope);
    }
  }

  private static StepResult step(MaskedAutoencoder model, PackedBatch batch, StepScope scope) {
    return model.lossAndGradients(
        batch, Precision.FP32, RandomSource.SPLIT_MIX_64.create(1), scope);
  }

  @ParameterizedTest
  @EnumSource(MaeVariant.class)
  void nothingRemoved_hasLossZeroAndNoGradientThatIsNotANumber(MaeVariant variant) {
    check(
        config(variant),
        IMAGE,
        (model, scope) -> {
          try (PackedBatch batch = pack(IMAGE, "ssssss", "ssssss")) {
            StepResult result = step(model, batch, scope);
            assertThat(result.loss().total()).isZero();
            assertThat(result.loss().decoderTokens()).isZero();
            assertThat(result.gradients().present()).isEmpty();
            assertThat(model.loss(batch, Precision.FP32, scope).total()).isZero();
          }
        });
  }

  @ParameterizedTest
  @EnumSource(MaeVariant.class)
  void nothingRemovedWithLossOverAll_learnsFromWhatIsSeen(MaeVariant variant) {
    check(
        config(variant).withLossOverAll(true),
        IMAGE,
        (model, scope) -> {
          try (PackedBatch batch = pack(IMAGE, "ssssss", "ssssss")) {
            StepResult result = step(model, batch, scope);
            assertThat(result.loss().total()).isPositive().isFinite();
            assertThat(result.loss().decoderTokens()).isEqualTo(2 * PLACES);
            for (NDArray gradient : result.gradients().present()) {
              for (float value : gradient.toFloatArray()) {
                assertThat(value).isFinite();
              }
            }
          }
        });
  }

  @ParameterizedTest
  @EnumSource(MaeVariant.class)
  void rowsOfUnequalLength_areAsIfAlone(MaeVariant variant) {
    check(
        config(variant),
        IMAGE,
        (model, scope) -> {
          try (PackedBatch alone = pack(IMAGE, "srrrdr");
              PackedBatch together = pack(IMAGE, "srrrdr", "sssssr")) {
            float[] expected = model.predictions(alone, Precision.FP32, scope).toFloatArray();
            float[] both = model.predictions(together, Precision.FP32, scope).toFloatArray();
            for (int i = 0; i < expected.length; i++) {
              assertThat(both[i]).isCloseTo(expected[i], within(1e-5f));
            }
          }
        });
  }

  @ParameterizedTest
  @EnumSource(MaeVariant.class)
  void loss_isTheMeanOverThePatchesThatCount(MaeVariant variant) {
    for (boolean normalised : new boolean[] {false, true}) {
      for (boolean all : new boolean[] {false, true}) {
        check(
            config(variant).withNormalisedTargets(normalised).withLossOverAll(all),
            IMAGE,
            (model, scope) -> {
              String[] plan = {"srrsdr", "rrsssr"};
              try (PackedBatch batch = pack(IMAGE, plan)) {
                float[] losses = model.patchLosses(batch, Precision.FP32, scope);
                String places = String.join("", plan);
                double sum = 0;
                int count = 0;
                for (int i = 0; i < losses.length; i++) {
                  assertThat(Float.isNaN(losses[i])).isEqualTo(places.charAt(i) == 'd');
                  if (places.charAt(i) == 'r' || all && places.charAt(i) == 's') {
                    sum += losses[i];
                    count++;
                  }
                }
                StepResult result = step(model, batch, scope);
                assertThat(result.loss().total()).isCloseTo(sum / count, within(1e-5));
                assertThat(result.loss().decoderTokens()).isEqualTo(count);
                assertThat(model.loss(batch, Precision.FP32, scope).total())
                    .isCloseTo(sum / count, within(1e-5));
              }
            });
      }
    }
  }

  @ParameterizedTest
  @EnumSource(MaeVariant.class)
  void gradients_areTheSlopesOfTheLoss(MaeVariant variant) {
    check(
        config(variant).withNormalisedTargets(true),
        IMAGE,
        (model, scope) -> {
          try (PackedBatch batch = pack(IMAGE, "srrsdr", "rrsssr")) {
            StepResult result = step(model, batch, scope);
            Parameters parameters = model.parameters();
            for (int p = 0; p < parameters.trainable().size(); p++) {
              String name = parameters.trainable().get(p).name();
              NDArray gradient = result.gradients().get(p);
              assertThat(gradient).as(name).isNotNull();
              float[] slopes = gradient.toFloatArray();
              float[] values = parameters.read(name);
              int at = largest(slopes);
              float step = 5e-3f * Math.max(0.1f, Math.abs(values[at]));
              float kept = values[at];
              values[at] = kept + step;
              parameters.write(name, FloatBuffer.wrap(values));
              double above = model.loss(batch, Precision.FP32, scope).total();
              values[at] = kept - step;
              parameters.write(name, FloatBuffer.wrap(values));
              double below = model.loss(batch, Precision.FP32, scope).total();
              values[at] = kept;
              parameters.write(name, FloatBuffer.wrap(values));
              assertThat((above - below) / (2 * step))
                  .as(name)
                  .isCloseTo(slopes[at], within(5e-2 * Math.abs(slopes[at]) + 5e-4));
            }
          }
        });
  }

  @Test
  void rowsDecodedOneByOne_giveTheSameStep() {
    for (boolean all : new boolean[] {false, true}) {
      MaeConfig config = config(MaeVariant.MAE).withNormalisedTargets(true).withLossOverAll(all);
      check(
          config,
          IMAGE,
          (model, scope) -> {
            // The third row is wholly seen, and still has to be decoded without harm.
            try (PackedBatch batch = pack(IMAGE, "srrsdr", "rrsssr", "ssssss", "sdrrrr");
                MaskedAutoencoder small =
                    new MaskedAutoencoder(config, IMAGE, model.parameters(), 1)) {
              StepResult expected = step(model, batch, scope);
              StepResult result = step(small, batch, scope);
              assertThat(result.loss().total()).isCloseTo(expected.loss().total(), within(1e-5));
              for (int i = 0; i < expected.gradients().size(); i++) {
                String name = model.parameters().trainable().get(i).name();
                NDArray ours = result.gradients().get(i);
                NDArray theirs = expected.gradients().get(i);
                assertThat(ours).as(name).isNotNull();
                assertThat(theirs).as(name).isNotNull();
                GoldenImages.assertClose(name, ours, theirs.toFloatArray(), 1e-5);
              }
            }
          });
    }
  }

  private static int largest(float[] values) {
    int at = 0;
    for (int i = 1; i < values.length; i++) {
      at = Math.abs(values[i]) > Math.abs(values[at]) ? i : at;
    }
    return at;
  }

  @Test
  void picturesOfAnotherSize_areSeenThroughAResizedTable() {
    ModalitySpec larger = image(3, 5);
    check(
        config(MaeVariant.MAE),
        larger,
        (model, scope) -> {
          String plan = "srrsrrsrrsrrsrr";
          try (PackedBatch batch = pack(larger, plan)) {
            Reconstruction made =
                model.reconstruct(batch, TargetSpace.AS_PREDICTED, Precision.FP32, scope);
            assertThat(made.height()).isEqualTo(3 * PATCH);
            assertThat(made.width()).isEqualTo(5 * PATCH);
            assertThat(step(model, batch, scope).loss().total()).isFinite();
          }
        });
  }

  @Test
  void panels_showWhatTheirNamesSay() {
    check(
        config(MaeVariant.MAE).withNormalisedTargets(true),
        IMAGE,
        (model, scope) -> {
          try (PackedBatch batch = pack(IMAGE, "srrrrr")) {
            Reconstruction made =
                model.reconstruct(batch, TargetSpace.TRUE_STATISTICS, Precision.FP32, scope);
            float[] original = made.values(0, Reconstruction.Panel.ORIGINAL);
            float[] masked = made.values(0, Reconstruction.Panel.MASKED);
            float[] predicted = made.values(0, Reconstruction.Panel.PREDICTED);
            float[] pasted = made.values(0, Reconstruction.Panel.PASTED);
            int channels = made.channels();
            for (int i = 0; i < original.length; i++) {
              int x = i / channels % made.width();
              int y = i / channels / made.width();
              boolean seen = x < PATCH && y < PATCH;
              assertThat(masked[i]).isEqualTo(seen ? original[i] : 0);
              assertThat(pasted[i]).isEqualTo(seen ? original[i] : predicted[i]);
            }
            byte[] samples =
                made.samples(0, Reconstruction.Panel.ORIGINAL, ChannelStatistics.IMAGENET);
            UniformRandomProvider random = RandomSource.SPLIT_MIX_64.create(0);
            for (int i = 0; i < PATCH * channels; i++) {
              int sample = random.nextInt(256);
              assertThat(Byte.toUnsignedInt(samples[i])).isBetween(sample - 1, sample);
            }
          }
        });
  }

  @Test
  void statisticsOfTruePatches_undoNormalising() {
    MaeConfig config = config(MaeVariant.MAE).withNormalisedTargets(true);
    check(
        config,
        IMAGE,
        (model, scope) -> {
          try (PackedBatch batch = pack(IMAGE, "srrrrr")) {
            float[] raw =
                model
                    .reconstruct(batch, TargetSpace.AS_PREDICTED, Precision.FP32, scope)
                    .values(0, Reconstruction.Panel.PREDICTED);
            Reconstruction made =
                model.reconstruct(batch, TargetSpace.TRUE_STATISTICS, Precision.FP32, scope);
            float[] pixels = made.values(0, Reconstruction.Panel.PREDICTED);
            float[] original = made.values(0, Reconstruction.Panel.ORIGINAL);
            int[] patch = firstPatch(made);
            double mean = Arrays.stream(patch).mapToDouble(i -> original[i]).average().orElse(0);
            double squares =
                Arrays.stream(patch).mapToDouble(i -> Math.pow(original[i] - mean, 2)).sum();
            double deviation = Math.sqrt(squares / (patch.length - 1) + 1e-6);
            for (int i : patch) {
              assertThat((double) pixels[i]).isCloseTo(raw[i] * deviation + mean, within(1e-4));
            }
          }
        });
  }

  private static int[] firstPatch(Reconstruction made) {
    int[] indices = new int[PATCH * PATCH * made.channels()];
    int at = 0;
    for (int y = 0; y < PATCH; y++) {
      for (int i = 0; i < PATCH * made.channels(); i++) {
        indices[at++] = y * made.width() * made.channels() + i;
      }
    }
    return indices;
  }

  @Test
  void dropPath_changesTrainingAlone() {
    MaeConfig config = config(MaeVariant.MAE).withEncoder(encoder().dropPath(0.9).build());
    check(
        config,
        IMAGE,
        (model, scope) -> {
          try (PackedBatch batch = pack(IMAGE, "srrsdr", "rrsssr")) {
            double still = model.loss(batch, Precision.FP32, scope).total();
            assertThat(model.loss(batch, Precision.FP32, scope).total()).isEqualTo(still);
            assertThat(step(model, batch, scope).loss().total()).isNotEqualTo(still);
          }
        });
  }

  @Test
  void partsOfAnotherModel_areRefusedByName() {
    MaeConfig config = config(MaeVariant.MAE);
    MaeConfig wider = MaeConfig.mae(encoder().build(), 12, 1, 2);
    try (Parameters parameters =
        Parameters.create(
            new MaeDescription(config, IMAGE).layout(),
            Device.cpu(),
            spec -> FloatBuffer.allocate((int) spec.elements()))) {
      assertThatThrownBy(() -> new MaskedAutoencoder(wider, IMAGE, parameters))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("decoderWidth gives 12, but decoder_embed takes 8")
          .hasMessageContaining("set decoderWidth");
      assertThatThrownBy(
              () ->
                  new MaskedAutoencoder(
                      config.withEncoder(encoder().depth(3).build()), IMAGE, parameters))
          .hasMessageContaining("depth gives 3, but blocks takes 2");
    }
  }

  @Test
  void imagesThatDoNotFit_areRefusedWithBothSides() {
    MaeConfig config = config(MaeVariant.MAE);
    assertThatThrownBy(
            () -> new MaeDescription(config.withEncoder(encoder().patchSize(8).build()), IMAGE))
        .hasMessageContaining("patches of 4 pixels")
        .hasMessageContaining("patches of 8");
    assertThatThrownBy(
            () -> new MaeDescription(config.withEncoder(encoder().channels(1).build()), IMAGE))
        .hasMessageContaining("3 channels")
        .hasMessageContaining("takes 1");
  }

  @Test
  void simMimWithADecoder_isRefused() {
    assertThatThrownBy(
            () -> new MaeConfig(encoder().build(), 8, 1, 2, 4, false, false, MaeVariant.SIMMIM))
        .hasMessageContaining("SimMIM has no decoder");
  }
}
