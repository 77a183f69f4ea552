package dev.masquerade.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomTokenDrawsTest {

  // One check in a million would fail for correct draws; the seed fixes which one this is.
  private static final double SIGNIFICANCE = 1e-6;

  private final RandomTokenDraws draws =
      new RandomTokenDraws(16, RandomSource.XO_RO_SHI_RO_128_PP.create(0x5eedL));

  @Test
  void firstTwoOfFive_areEveryOrderedPairEquallyOften() {
    int[] order = new int[5];
    long[] observed = new long[20];
    for (int i = 0; i < 40_000; i++) {
      draws.order(5, 2, order);
      assertThat(order[1]).isNotEqualTo(order[0]);
      observed[order[0] * 4 + (order[1] > order[0] ? order[1] - 1 : order[1])]++;
    }
    assertThat(chiSquare(observed)).isGreaterThan(SIGNIFICANCE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 60})
  void numbersBelowABound_areUniform(int bound) {
    long[] observed = new long[bound];
    for (int i = 0; i < 30_000; i++) {
      observed[draws.below(bound)]++;
    }
    assertThat(bound == 1 ? 1 : chiSquare(observed)).isGreaterThan(SIGNIFICANCE);
  }

  @Test
  void hugeBound_isDrawnEvenlyToo() {
    // Every second multiple of such a bound overflows 32 bits, so half of it would be favoured.
    int bound = 0x60000000;
    long[] observed = new long[3];
    for (int i = 0; i < 30_000; i++) {
      observed[draws.below(bound) / 0x20000000]++;
    }
    assertThat(chiSquare(observed)).isGreaterThan(SIGNIFICANCE);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.5, 0.875, 1})
  void tokens_areKeptWithTheProbabilityOfTheRound(double keep) {
    int kept = 0;
    int rounds = 1_001;
    int tokens = 31;
    for (int round = 0; round < rounds; round++) {
      draws.startRound(keep);
      for (int token = 0; token < tokens; token++) {
        kept += draws.keeps() ? 1 : 0;
      }
    }
    double count = rounds * tokens;
    double error = 5 * Math.sqrt(keep * (1 - keep) / count);
    assertThat(kept / count).isBetween(keep - error, keep + error);
  }

  private static double chiSquare(long[] observed) {
    double[] expected = new double[observed.length];
    Arrays.fill(expected, 1);
    return new ChiSquareTest().chiSquareTest(expected, observed);
  }
}
