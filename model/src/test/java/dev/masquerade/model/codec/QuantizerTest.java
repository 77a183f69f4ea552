package dev.masquerade.model.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizerTest {

  private static final KernelModule KERNELS =
      Kernels.loadModelWith(Kernels.MULTIMAE, Kernels.CODEC);
  private static final String CODES = "quantize._codebook.embed";
  private static final String SIZES = "quantize._codebook.cluster_size";

  @AfterAll
  static void close() {
    KERNELS.close();
  }

  private static UniformRandomProvider rng(long seed) {
    return RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
  }

  private static float[] normal(int count, long seed) {
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(rng(seed));
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) normal.sample();
    }
    return values;
  }

  private static NDArray rows(float[] values, int width, StepScope scope) {
    return scope.manager().create(values, new Shape(values.length / width, width));
  }

  @ParameterizedTest
  @EnumSource(ScalarBound.class)
  void scalarLevels_everyIdComesBack(ScalarBound bound) {
    List<Integer> levels = List.of(8, 8, 8, 6, 5);
    VqConfig config = Toys.config(new QuantizerConfig.FiniteScalar(levels, bound), 5);
    try (Parameters parameters = Toys.parameters(config);
        Quantizer quantizer = Quantizer.of(config.tokens(), KERNELS, parameters);
        StepScope scope = StepScope.open(parameters.manager())) {
      assertThat(quantizer.codes()).isEqualTo(15_360);
      float[] table = quantizer.table(scope).toFloatArray();
      float[] latents = new float[table.length];
      for (int i = 0; i < table.length; i++) {
        latents[i] = latent(table[i], levels.get(i % 5), bound);
      }
      Quantized quantized = quantizer.quantise(rows(latents, 5, scope), scope);
      assertThat(quantized.ids().toLongArray())
          .isEqualTo(IntStream.range(0, 15_360).asLongStream().toArray());
      assertThat(quantized.values().toFloatArray()).isEqualTo(table);
      assertThat(table).doesNotContain(Float.NaN);
    }
  }

  /** Returns a number that becomes a value, found by trying. */
  private static float latent(float value, int levels, ScalarBound bound) {
    for (float x = -8; x <= 8; x += 0.05f) {
      double half = (levels - 1) * 1.001 / 2;
      double offset = levels % 2 == 0 ? 0.5 : 0;
      double ratio = offset / half;
      double shift = 0.5 * Math.log((1 + ratio) / (1 - ratio));
      int middle = levels / 2;
      double stands =
          switch (bound) {
            case SIGMOID -> Math.rint((levels - 1) / (1 + Math.exp(-x))) / (levels - 1);
            case TANH -> Math.rint(Math.tanh(x + shift) * half - offset) / middle;
          };
      if (Math.abs(stands - value) < 1e-5) {
        return x + 0.01f;
      }
    }
    throw new AssertionError("no number becomes " + value + " of " + levels + " levels");
  }

  @Test
  void scalarIds_countTheFirstLevelFastest() {
    VqConfig config =
        Toys.config(
            new QuantizerConfig.FiniteScalar(List.of(8, 8, 8, 6, 5), ScalarBound.SIGMOID), 5);
    try (Parameters parameters = Toys.parameters(config);
        Quantizer quantizer = Quantizer.of(config.tokens(), KERNELS, parameters);
        StepScope scope = StepScope.open(parameters.manager())) {
      NDArray ids =
          scope.manager().create(new long[] {0, 1, 8, 64, 512, 3072, 15_359}, new Shape(7, 1));
      float[] values = quantizer.embed(ids, scope).toFloatArray();
      assertThat(Arrays.copyOfRange(values, 0, 5)).containsExactly(0, 0, 0, 0, 0);
      for (int i = 0; i < 5; i++) {
        float[] row = Arrays.copyOfRange(values, 5 * (i + 1), 5 * (i + 2));
        float[] expected = new float[5];
        expected[i] = 1f / List.of(7, 7, 7, 5, 4).get(i);
        assertThat(row).containsExactly(expected, within(1e-6f));
      }
      assertThat(Arrays.copyOfRange(values, 30, 35)).containsExactly(1, 1, 1, 1, 1);
    }
  }

  @Test
  void scalarsThatAreAllAlike_costMoreThanThoseThatUseTheirLevels() {
    VqConfig config =
        Toys.config(new QuantizerConfig.FiniteScalar(List.of(8, 8), ScalarBound.SIGMOID), 2);
    try (Parameters parameters = Toys.parameters(config);
        Quantizer quantizer = Quantizer.of(config.tokens(), KERNELS, parameters);
        StepScope scope = StepScope.open(parameters.manager())) {
      float[] alike = new float[2000];
      Arrays.fill(alike, 5);
      float[] spread = normal(2000, 1);
      for (int i = 0; i < spread.length; i++) {
        spread[i] *= 1.6f;
      }
      assertThat(lossOf(quantizer, alike, scope)).isCloseTo(0.01 * 27.56 / 2.56, within(1e-3));
      assertThat(lossOf(quantizer, spread, scope)).isLessThan(1e-4);
    }
  }

  private static double lossOf(Quantizer quantizer, float[] latents, StepScope scope) {
    NDArray loss = quantizer.train(rows(latents, 2, scope), rng(1), scope).loss();
    return Objects.requireNonNull(loss).getFloat();
  }

  @ParameterizedTest
  @EnumSource(ScalarBound.class)
  void scalarsThatAreNoNumbers_haveIdsAndAreForgotten(ScalarBound bound) {
    VqConfig config =
        Toys.config(new QuantizerConfig.FiniteScalar(List.of(8, 8, 8, 6, 5), bound), 5);
    try (Parameters parameters = Toys.parameters(config);
        Quantizer quantizer = Quantizer.of(config.tokens(), KERNELS, parameters);
        StepScope scope = StepScope.open(parameters.manager())) {
      float[] latents = new float[20];
      Arrays.fill(latents, 5, 10, Float.NaN);
      Arrays.fill(latents, 10, 15, Float.POSITIVE_INFINITY);
      Arrays.fill(latents, 15, 20, Float.NEGATIVE_INFINITY);
      Quantized quantized = quantizer.train(rows(latents, 5, scope), rng(1), scope);
      assertThat(Arrays.stream(quantized.ids().toLongArray()).boxed())
          .allSatisfy(id -> assertThat(id).isBetween(0L, 15_359L));
      assertThat(quantized.values().toFloatArray()).contains(Float.NaN);
      quantizer.skipped();
      quantizer.train(rows(new float[10], 5, scope), rng(2), scope);
      quantizer.stepped(scope);
      assertThat(quantizer.usage().share()).isCloseTo(1 / 15_360.0, within(1e-9));
    }
  }

  @ParameterizedTest
  @EnumSource(CodeDistance.class)
  void kMeans_startsCodesAsTheMeansOfTheirLatents(CodeDistance distance) {
    boolean cosine = distance == CodeDistance.COSINE;
    VqConfig config = Toys.config(Toys.codebook(distance, 4, 1, 0, true), 3);
    float[] centres = {5, 0, 0, 0, 5, 0, 0, 0, 5, -5, -5, -5};
    float[] latents = normal(3 * 400, 1);
    for (int i = 0; i < latents.length; i++) {
      latents[i] = 0.1f * latents[i] + centres[i / 3 % 4 * 3 + i % 3];
    }
    try (Parameters parameters = Toys.parameters(config);
        Quantizer quantizer = Quantizer.of(config.tokens(), KERNELS, parameters);
        StepScope scope = StepScope.open(parameters.manager())) {
      assertThat(parameters.read("quantize._codebook.initted")).containsExactly(0);
      Quantized quantized = quantizer.train(rows(latents, 3, scope), rng(10), scope);
      assertThat(parameters.read("quantize._codebook.initted")).containsExactly(1);

      double[] sums = new double[12];
      float[] counts = new float[4];
      long[] ids = quantized.ids().toLongArray();
      for (int k = 0; k < ids.length; k++) {
        int code = (int) ids[k];
        counts[code]++;
        double length = cosine ? length(latents[3 * k], latents[3 * k + 1], latents[3 * k + 2]) : 1;
        for (int i = 0; i < 3; i++) {
          sums[3 * code + i] += latents[3 * k + i] / length;
        }
      }
      assertThat(parameters.read(SIZES)).containsExactly(counts);
      float[] codes = parameters.read(CODES);
      for (int code = 0; code < 4; code++) {
        if (counts[code] == 0) {
          continue;
        }
        double scale =
            cosine ? length(sums[3 * code], sums[3 * code + 1], sums[3 * code + 2]) : counts[code];
        for (int i = 0; i < 3; i++) {
          assertThat(codes[3 * code + i])
              .isCloseTo((float) (sums[3 * code + i] / scale), within(1e-4f));
        }
      }
      if (!cosine) {
        float[] averages = parameters.read("quantize._codebook.embed_avg");
        for (int i = 0; i < 12; i++) {
          assertThat(averages[i]).isCloseTo(codes[i] * counts[i / 3], within(1e-2f));
        }
      }
    }
  }

  private static double length(double x, double y, double z) {
    return Math.sqrt(x * x + y * y + z * z);
  }

  @ParameterizedTest
  @EnumSource(CodeDistance.class)
  void deadCodes_becomeLatentsOfTheBatch(CodeDistance distance) {
    VqConfig config = Toys.config(Toys.codebook(distance, 3, 1, 0.5, false), 2);
    try (Parameters parameters = Toys.parameters(config);
        Quantizer quantizer = Quantizer.of(config.tokens(), KERNELS, parameters)) {
      parameters.write(CODES, FloatBuffer.wrap(new float[] {1, 0, 0, 1, -1, -1}));
      parameters.write(SIZES, FloatBuffer.wrap(new float[] {5, 5, 0.1f}));
      if (distance == CodeDistance.EUCLIDEAN) {
        parameters.write(
            "quantize._codebook.embed_avg",
            FloatBuffer.wrap(new float[] {5, 0, 0, 5, -0.1f, -0.1f}));
      }
      float[] latents = {2, 0.1f, 3, 0.2f, 0.1f, 2, 0.2f, 3, 2, 0.3f, 0.3f, 2};
      try (StepScope scope = StepScope.open(parameters.manager())) {
        quantizer.train(rows(latents, 2, scope), rng(4), scope);
        quantizer.stepped(scope);
      }
      assertThat(quantizer.usage().replaced()).isEqualTo(1);
      float[] codes = parameters.read(CODES);
      boolean found = false;
      for (int i = 0; i < latents.length; i += 2) {
        double length =
            distance == CodeDistance.COSINE ? Math.hypot(latents[i], latents[i + 1]) : 1;
        found |=
            Math.abs(codes[4] - latents[i] / length) < 1e-5
                && Math.abs(codes[5] - latents[i + 1] / length) < 1e-5;
      }
      assertThat(found).as("%s is a latent", Arrays.toString(codes)).isTrue();
      // Half of the 6 / 3 latents that each code would have.
      assertThat(parameters.read(SIZES)[2]).isCloseTo(1, within(1e-6f));

      // Used twice, it stays.
      float[] again = {codes[4], codes[5], codes[4], codes[5], 1, 0, 0, 1, 1, 0, 0, 1};
      try (StepScope scope = StepScope.open(parameters.manager())) {
        quantizer.train(rows(again, 2, scope), rng(5), scope);
        quantizer.stepped(scope);
      }
      assertThat(quantizer.usage().replaced()).isZero();
      assertThat(parameters.read(CODES)[4]).isCloseTo(codes[4], within(1e-3f));
    }
  }

  @Test
  void manyLatents_findTheNearestOfManyCodesInPieces() {
    int codes = 4096;
    int count = 5000;
    VqConfig config = Toys.config(Toys.codebook(CodeDistance.EUCLIDEAN, codes, 1, 0, false), 2);
    try (Parameters parameters = Toys.parameters(config);
        Quantizer quantizer = Quantizer.of(config.tokens(), KERNELS, parameters);
        StepScope scope = StepScope.open(parameters.manager())) {
      float[] table = parameters.read(CODES);
      float[] latents = normal(count * 2, 8);
      long[] ids = quantizer.quantise(rows(latents, 2, scope), scope).ids().toLongArray();
      assertThat(ids).hasSize(count);
      for (int k = 0; k < count; k += 97) {
        double best = Double.POSITIVE_INFINITY;
        for (int v = 0; v < codes; v++) {
          best = Math.min(best, distance(latents, k, table, v));
        }
        assertThat(distance(latents, k, table, (int) ids[k])).isCloseTo(best, within(1e-5));
      }
    }
  }

  private static double distance(float[] latents, int k, float[] table, int v) {
    return Math.hypot(latents[2 * k] - table[2 * v], latents[2 * k + 1] - table[2 * v + 1]);
  }

  @Test
  void severalCodebooks_seeTheirOwnShareOfALatent() {
    VqConfig config = Toys.config(Toys.codebook(CodeDistance.EUCLIDEAN, 3, 2, 0, false), 4);
    try (Parameters parameters = Toys.parameters(config);
        Quantizer quantizer = Quantizer.of(config.tokens(), KERNELS, parameters);
        StepScope scope = StepScope.open(parameters.manager())) {
      parameters.write(
          CODES, FloatBuffer.wrap(new float[] {0, 0, 1, 1, 2, 2, 10, 10, 20, 20, 30, 30}));
      Quantized quantized =
          quantizer.quantise(rows(new float[] {2, 1.9f, 9, 11, 0, 0.2f, 29, 31}, 4, scope), scope);
      assertThat(quantized.ids().toLongArray()).containsExactly(2, 0, 0, 2);
      assertThat(quantized.values().toFloatArray()).containsExactly(2, 2, 10, 10, 0, 0, 30, 30);
    }
  }

  /** Gumbel noise draws each key with the probability that softmax gives it. */
  @Test
  void memcodes_drawKeysByTheirProbabilities() {
    int codes = 5;
    int count = 20_000;
    VqConfig config = Toys.config(new QuantizerConfig.Memcodes(codes, 1, 1), 4);
    try (Parameters parameters = Toys.parameters(config);
        Quantizer quantizer = Quantizer.of(config.tokens(), KERNELS, parameters);
        StepScope scope = StepScope.open(parameters.manager())) {
      float[] one = {0.7f, -0.4f, 0.3f, 0.9f};
      float[] latents = new float[4 * count];
      for (int i = 0; i < latents.length; i++) {
        latents[i] = one[i % 4];
      }
      NDArray x = rows(latents, 4, scope);
      long[] observed = new long[codes];
      for (long id : quantizer.train(x, rng(1), scope).ids().toLongArray()) {
        observed[(int) id]++;
      }
      double[] expected = probabilities(parameters, one, codes);
      // One check in a million would fail for correct draws; the seed fixes which one this is.
      assertThat(new ChiSquareTest().chiSquareTest(expected, observed)).isGreaterThan(1e-6);

      assertThat(quantizer.train(x, rng(1), scope).ids().toLongArray())
          .isEqualTo(quantizer.train(x, rng(1), scope).ids().toLongArray())
          .isNotEqualTo(quantizer.train(x, rng(2), scope).ids().toLongArray());
    }
  }

  private static double[] probabilities(Parameters parameters, float[] latent, int codes) {
    float[] values = parameters.read("quantize.codes");
    float[] weight = parameters.read("quantize.to_k.weight");
    double[] scores = new double[codes];
    for (int v = 0; v < codes; v++) {
      for (int c = 0; c < 4; c++) {
        double key = 0;
        for (int d = 0; d < 4; d++) {
          key += values[v * 4 + d] * weight[d * 4 + c];
        }
        scores[v] += key * latent[c] / 2;
      }
      scores[v] = Math.exp(scores[v]);
    }
    return scores;
  }

  @Test
  void usage_isPerplexityAndShareOfCodes() {
    CodeUsage usage = CodeUsage.of(new float[] {2, 2, 0, 0, 1, 1, 1, 1}, 2, 3);
    assertThat(usage.share()).isEqualTo(0.75);
    assertThat(usage.perplexity()).isCloseTo(3, within(1e-9));
    assertThat(usage.replaced()).isEqualTo(3);
    assertThat(CodeUsage.of(new float[4], 1, 0)).isEqualTo(CodeUsage.NONE);
  }
}
