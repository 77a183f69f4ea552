package dev.masquerade.model.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.StepScope;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What is drawn follows the distribution that a filter and a temperature leave.
 *
 * <p>The statistical tests are chi-square tests at a significance of one in a million; the seed
 * fixes which outcome it is.
 */
class TokenSamplerTest {

  private static final double SIGNIFICANCE = 1e-6;
  private static final int DRAWS = 100_000;
  private static final float[] LOGITS = {
    0.3f, 2.1f, -1.2f, 2.1f, 0.9f, -0.4f, 1.5f, -3f, 0.9f, 0.1f, -0.7f, 1.1f
  };

  private static NDManager manager;
  private static TokenSampler sampler;

  @BeforeAll
  static void compile() {
    manager = ComputeEngine.start().newManager(Device.cpu());
    sampler = new TokenSampler();
  }

  @AfterAll
  static void close() {
    sampler.close();
    manager.close();
  }

  @Test
  void unfilteredDraws_followTheSoftmax() {
    follows(1, TokenFilter.NONE, softmax(1, id -> true));
  }

  @Test
  void temperatures_divideLogits() {
    follows(0.5, TokenFilter.NONE, softmax(0.5, id -> true));
    follows(3, TokenFilter.NONE, softmax(3, id -> true));
  }

  @Test
  void topKAsACount_keepsTies() {
    // Five are wanted; the fifth and the sixth are equal.
    follows(1, new TokenFilter(new TopK.Count(5), 1), softmax(1, id -> LOGITS[id] >= 0.9f));
  }

  @Test
  void topKAsAShare_isRoundedDown() {
    // 0.3 of 12 are 3; the first two are equal.
    follows(2, new TokenFilter(new TopK.Share(0.3), 1), softmax(2, id -> LOGITS[id] >= 1.5f));
    follows(1, new TokenFilter(new TopK.Share(0.01), 1), softmax(1, id -> LOGITS[id] >= 2.1f));
  }

  @Test
  void topP_ignoresTheTemperatureAndKeepsTheTokenThatCrosses() {
    double[] plain = softmax(1, id -> true);
    // Two equal firsts have 0.53 together; the third crosses.
    double both = plain[1] + plain[3];
    follows(3, TokenFilter.topP(both + 0.01), softmax(3, id -> LOGITS[id] >= 1.5f));
    follows(0.7, TokenFilter.topP(both - 0.01), softmax(0.7, id -> LOGITS[id] >= 2.1f));
  }

  @Test
  void topP_keepsTheFirstOfEqualsWhereItIsPassed() {
    double[] plain = softmax(1, id -> true);
    follows(1, TokenFilter.topP(plain[1] / 2), softmax(1, id -> id == 1));
  }

  @Test
  void topPAfterTopK_countsAmongWhatIsLeft() {
    double[] left = softmax(1, id -> LOGITS[id] >= 0.9f);
    double third = left[1] + left[3] + left[6] * 0.5;
    follows(1, new TokenFilter(new TopK.Count(5), third), softmax(1, id -> LOGITS[id] >= 1.5f));
  }

  @Test
  void temperatureZero_takesTheLikeliestAndTellsItsProbability() {
    Drawn drawn = draw(LOGITS, 1, 0, TokenFilter.topP(0.5), new double[] {0.99});
    assertThat(drawn.ids()).containsExactly(1);
    assertThat(drawn.probabilities()).containsExactly(1);
    assertThat(drawn.unfiltered()[0]).isCloseTo(softmax(1, id -> true)[1], offset(1e-6));
  }

  @Test
  void temperatureNextToZero_takesTheLikeliest() {
    Drawn drawn = draw(LOGITS, 1, TemperatureSchedule.LEAST, TokenFilter.NONE, new double[] {0.3});
    assertThat(drawn.ids()).containsExactly(1);
  }

  @Test
  void excludedTokens_areNeverDrawn() {
    float[] logits = LOGITS.clone();
    Arrays.fill(logits, 0, 11, Float.NEGATIVE_INFINITY);
    for (double uniform : new double[] {0, 0.5, Math.nextDown(1.0)}) {
      assertThat(draw(logits, 1, 1, TokenFilter.topP(0.8), new double[] {uniform}).ids())
          .containsExactly(11);
    }
  }

  @Test
  void logitsWithoutAToken_areRefused() {
    float[] none = new float[12];
    Arrays.fill(none, Float.NEGATIVE_INFINITY);
    float[] broken = LOGITS.clone();
    broken[7] = Float.NaN;
    for (double temperature : new double[] {0, 1, 2}) {
      for (float[] logits : new float[][] {none, broken}) {
        assertThatThrownBy(
                () -> draw(logits, 1, temperature, TokenFilter.topP(0.8), new double[] {0.5}))
            .hasMessageContaining("row 0 of the logits has no token to draw");
      }
    }
  }

  @Test
  void equalLogits_keepAsManyAsTopPNeeds() {
    int vocabulary = 5000;
    double[] uniforms = {0, Math.nextDown(1.0)};
    float[] twice = new float[2 * vocabulary];
    Drawn drawn = draw(twice, 2, 1, TokenFilter.topP(0.5), uniforms);
    // Of equals, the first by id; the one more is kept because float sums may just reach a half.
    assertThat(drawn.ids()[0]).isZero();
    assertThat(drawn.ids()[1]).isBetween(vocabulary / 2 - 1, vocabulary / 2);
  }

  @Test
  void manyRows_areFilteredAsSortingDoes() {
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(0x5eedL);
    int vocabulary = 3000;
    int rows = 40;
    float[] logits = new float[rows * vocabulary];
    double[] uniforms = new double[rows];
    for (int row = 0; row < rows; row++) {
      double sharpness = 0.25 * (row + 1);
      for (int i = 0; i < vocabulary; i++) {
        logits[row * vocabulary + i] = (float) (rng.nextDouble() * sharpness);
      }
      uniforms[row] = Math.nextDown(1.0);
    }
    for (double topP : new double[] {0.05, 0.5, 0.8, 0.99}) {
      TokenFilter filter = new TokenFilter(new TopK.Count(1000), topP);
      Drawn drawn = draw(logits, rows, 1, filter, uniforms);
      for (int row = 0; row < rows; row++) {
        float[] one = Arrays.copyOfRange(logits, row * vocabulary, (row + 1) * vocabulary);
        double kept = massOfSorted(one, 1000, topP);
        double all = IntStream.range(0, vocabulary).mapToDouble(i -> Math.exp(one[i])).sum();
        double tolerance = 2.0 / vocabulary * Math.exp(Math.min(6, 0.25 * (row + 1)));
        assertThat(drawn.unfiltered()[row] / drawn.probabilities()[row])
            .as("row %d at %s", row, topP)
            .isCloseTo(kept / all, offset(tolerance));
      }
    }
  }

  /** Returns the mass, before normalisation, that sorting everything keeps. */
  private static double massOfSorted(float[] logits, int topK, double topP) {
    double[] weights =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -logits[i]))
            .limit(topK)
            .mapToDouble(i -> Math.exp(logits[i]))
            .toArray();
    double total = Arrays.stream(weights).sum();
    double kept = 0;
    for (double weight : weights) {
      if (kept > topP * total) {
        break;
      }
      kept += weight;
    }
    return kept;
  }

  @Test
  void rowAlone_drawsWhatItDrawsInABatch() {
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(11);
    int vocabulary = 4096;
    int rows = 64;
    float[] logits = new float[rows * vocabulary];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (4 * rng.nextDouble());
    }
    double[] uniforms = rng.doubles(rows).toArray();
    TokenFilter filter = new TokenFilter(new TopK.Share(0.5), 0.8);
    Drawn batch = draw(logits, rows, 1.7, filter, uniforms);
    for (int row = 0; row < rows; row++) {
      Drawn alone =
          draw(
              Arrays.copyOfRange(logits, row * vocabulary, (row + 1) * vocabulary),
              1,
              1.7,
              filter,
              new double[] {uniforms[row]});
      assertThat(alone.ids()[0]).isEqualTo(batch.ids()[row]);
      assertThat(alone.probabilities()[0]).isEqualTo(batch.probabilities()[row]);
    }
  }

  private interface Kept {
    boolean test(int id);
  }

  /** Returns softmax of the logits that are kept, at a temperature. */
  private static double[] softmax(double temperature, Kept kept) {
    double[] weights = new double[LOGITS.length];
    double total = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = kept.test(i) ? Math.exp(LOGITS[i] / temperature) : 0;
      total += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= total;
    }
    return weights;
  }

  private static void follows(double temperature, TokenFilter filter, double[] expected) {
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(0x5eedL);
    float[] logits = new float[DRAWS * LOGITS.length];
    for (int i = 0; i < DRAWS; i++) {
      System.arraycopy(LOGITS, 0, logits, i * LOGITS.length, LOGITS.length);
    }
    Drawn drawn = draw(logits, DRAWS, temperature, filter, rng.doubles(DRAWS).toArray());
    long[] counts = new long[LOGITS.length];
    for (int i = 0; i < DRAWS; i++) {
      counts[drawn.ids()[i]]++;
      assertThat(drawn.probabilities()[i]).isCloseTo(expected[drawn.ids()[i]], offset(1e-5));
    }
    int[] possible = IntStream.range(0, counts.length).filter(i -> expected[i] > 0).toArray();
    assertThat(IntStream.of(possible).mapToLong(i -> counts[i]).sum()).isEqualTo(DRAWS);
    if (possible.length > 1) {
      assertThat(
              new ChiSquareTest()
                  .chiSquareTest(
                      IntStream.of(possible).mapToDouble(i -> expected[i]).toArray(),
                      IntStream.of(possible).mapToLong(i -> counts[i]).toArray()))
          .isGreaterThan(SIGNIFICANCE);
    }
  }

  private static Drawn draw(
      float[] logits, int rows, double temperature, TokenFilter filter, double[] uniforms) {
    try (StepScope scope = StepScope.open(manager)) {
      return sampler.draw(
          scope.manager().create(logits, new Shape(rows, logits.length / rows)),
          temperature,
          filter,
          uniforms,
          scope);
    }
  }
}
