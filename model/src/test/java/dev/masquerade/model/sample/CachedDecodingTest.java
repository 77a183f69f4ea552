package dev.masquerade.model.sample;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.RowArithmetic;
import dev.masquerade.model.TokenDecoder;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.head.Predictions;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What generation computes from kept keys and values is what one plain pass computes. */
class CachedDecodingTest {

  private static final double TOLERANCE = 1e-4;
  private static final double[] ONE_PASS = {1};
  private static final int TOKENS = 8;
  private static final RowArithmetic EXACT =
      RowArithmetic.of(Precision.FP32, Device.cpu(), TOKENS, 1, 1);

  static Stream<ModelConfig.Builder> models() {
    return Stream.of(
        small(),
        small().linearBiases(true).normBias(true).activation(dev.masquerade.model.Activation.GELU),
        small().qkNorm(true).registerTokens(3));
  }

  private static ModelConfig.Builder small() {
    return ModelConfig.builder()
        .dim(32)
        .heads(4)
        .encoderDepth(2)
        .decoderDepth(3)
        .sequencePositions(16)
        .imageSize(16)
        .patchSize(4);
  }

  /** Rows that see different numbers of tokens; the last sees nothing but registers, if any. */
  private static MaskedBatch batch(ModalitySpec target, int rows) {
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(3);
    MaskedBatch batch = MaskedBatch.allocate(SmallGenerator.MODALITIES, rows);
    for (int row = 0; row < rows; row++) {
      batch.addRow("");
      for (MaskedBatch.Part part : batch.parts()) {
        int from = row * part.places;
        if (part.ids.length > 0) {
          for (int place = 0; place < part.places; place++) {
            part.ids[from + place] = 24 + rng.nextInt(16);
          }
        }
        for (int i = from * part.width; i < (from + part.places) * part.width; i++) {
          if (part.pixels.length > 0) {
            part.pixels[i] = (byte) rng.nextInt(256);
          } else if (part.vectors.length > 0) {
            part.vectors[i] = rng.nextFloat();
          }
        }
        boolean asked = part.spec.equals(target);
        for (int place = 0; place < part.places; place++) {
          part.encoderIgnored[from + place] = asked || place >= 12 || rng.nextInt(3) > row;
        }
        if (asked) {
          int count = part.spec.equals(SmallGenerator.CAPTION) ? TOKENS + 1 : 3 + row;
          Arrays.fill(part.decoderIgnored, from, from + count, false);
          Arrays.fill(part.decoderRun, from, from + count, 1);
          if (!part.spec.equals(SmallGenerator.CAPTION)) {
            Arrays.fill(part.decoderRun, from, from + count, 0);
            part.decoderRun[from] = count;
          }
        }
      }
    }
    return batch;
  }

  private static float[] plain(SmallGenerator generator, PackedBatch packed, StepScope scope) {
    List<Predictions> predictions = generator.model.predict(packed, Precision.FP32, scope);
    return predictions.stream()
        .filter(prediction -> prediction.count() > 0)
        .findFirst()
        .orElseThrow()
        .logits();
  }

  @ParameterizedTest
  @MethodSource("models")
  void placesOfGrids_areThoseOfOnePass(ModelConfig.Builder config) {
    ModalitySpec target = SmallGenerator.DEPTH;
    try (SmallGenerator generator = new SmallGenerator(config);
        PackedBatch packed =
            new Packer(SmallGenerator.MODALITIES, PackLimits.NONE).pack(batch(target, 3));
        StepScope scope = StepScope.open(generator.model.parameters().manager())) {
      float[] kept =
          generator.model.encodeAndDecode(packed, target, ONE_PASS, EXACT, scope).toFloatArray();
      assertClose(kept, plain(generator, packed, scope));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void tokensOfSequences_areThoseOfOnePass(ModelConfig.Builder config) {
    ModalitySpec target = SmallGenerator.CAPTION;
    MaskedBatch batch = batch(target, 3);
    MaskedBatch.Part part = batch.parts().get(3);
    try (SmallGenerator generator = new SmallGenerator(config);
        PackedBatch packed = new Packer(SmallGenerator.MODALITIES, PackLimits.NONE).pack(batch);
        StepScope scope = StepScope.open(generator.model.parameters().manager())) {
      float[] plain = plain(generator, packed, scope);
      int vocabulary = plain.length / (3 * TOKENS);
      TokenDecoder decoder =
          generator.model.decodeTokens(
              generator.model.encode(packed, EXACT, scope),
              new int[] {0, 1, 2},
              target,
              TOKENS,
              ONE_PASS,
              EXACT,
              scope);
      int[] rows = {0, 1, 2};
      for (int rank = 0; rank < TOKENS; rank++) {
        if (rank == 4) {
          rows = new int[] {0, 2}; // one row leaves
          decoder.keep(rows);
        }
        int at = rank;
        int[] ids = Arrays.stream(rows).map(row -> part.ids[row * part.places + at]).toArray();
        float[] kept = decoder.next(ids, scope).toFloatArray();
        for (int r = 0; r < rows.length; r++) {
          int from = (rows[r] * TOKENS + rank) * vocabulary;
          assertClose(
              Arrays.copyOfRange(kept, r * vocabulary, (r + 1) * vocabulary),
              Arrays.copyOfRange(plain, from, from + vocabulary));
        }
      }
    }
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    }
    assertThat(worst).isLessThan(TOLERANCE);
  }
}
