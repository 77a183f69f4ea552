package dev.masquerade.masking.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirichletSharesTest {

  // One check in a million would fail for a correct sampler; the seed fixes which one this is.
  private static final double SIGNIFICANCE = 1e-6;

  private final UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(0x5eedL);

  @ParameterizedTest
  @ValueSource(doubles = {0.04, 0.1, 0.5, 1, 3, 1000})
  void oneShareOfThree_followsItsBetaDistribution(double concentration) {
    ShareDraws draws = shares(concentration, 0.5, 1);
    double[] drawn = new double[3];
    double[] first = new double[5_000];
    for (int i = 0; i < first.length; i++) {
      draws.draw(drawn);
      first[i] = drawn[0];
    }

    // Below the smallest step of the sum a share is 1 or 0; those ties would upset the test.
    BetaDistribution expected = new BetaDistribution(concentration, 1.5);
    double[] untied = Arrays.stream(first).filter(x -> x > 1e-300 && x < 1).distinct().toArray();
    assertThat(untied.length).isGreaterThan(4_900);
    assertThat(new KolmogorovSmirnovTest().kolmogorovSmirnovTest(expected, untied))
        .isGreaterThan(SIGNIFICANCE);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-9, 1e-3, 0.04, 0.5, 7})
  void equalConcentrations_shareEvenlyAndSumToOne(double concentration) {
    ShareDraws draws = shares(concentration, concentration, concentration);
    double[] drawn = new double[3];
    double[] sums = new double[3];
    int count = 20_000;
    for (int i = 0; i < count; i++) {
      draws.draw(drawn);
      assertThat(DoubleStream.of(drawn).sum()).isCloseTo(1, within(1e-12));
      for (int share = 0; share < 3; share++) {
        sums[share] += drawn[share];
      }
    }

    // The deviation of a share is at most that of a coin of probability 1/3; 5 of it.
    double error = 5 * Math.sqrt(2.0 / 9 / count);
    for (double sum : sums) {
      assertThat(sum / count).isCloseTo(1.0 / 3, within(error));
    }
  }

  @Test
  void unequalConcentrations_largestAgreesWithTheLargestOfADraw() {
    double[] concentrations = {0.5, 0.02, 1, 2.5};
    ShareDraws draws = new DirichletShares(concentrations, rng);
    long[] asked = new long[4];
    long[] drawn = new long[4];
    double[] shares = new double[4];
    for (int i = 0; i < 50_000; i++) {
      asked[draws.largest()]++;
      draws.draw(shares);
      double largest = Arrays.stream(shares).max().orElseThrow();
      for (int share = 0; share < 4; share++) {
        if (shares[share] == largest) {
          drawn[share]++;
        }
      }
    }

    assertThat(new ChiSquareTest().chiSquareTestDataSetsComparison(asked, drawn))
        .isGreaterThan(SIGNIFICANCE);
  }

  @Test
  void equalConcentrations_largestIsUniform() {
    ShareDraws draws = shares(0.5, 0.5, 0.5, 0.5, 0.5);
    long[] observed = new long[5];
    for (int i = 0; i < 50_000; i++) {
      observed[draws.largest()]++;
    }

    double[] expected = {1, 1, 1, 1, 1};
    assertThat(new ChiSquareTest().chiSquareTest(expected, observed)).isGreaterThan(SIGNIFICANCE);
  }

  @Test
  void singleShare_receivesEverything() {
    double[] drawn = new double[1];
    shares(1e-9).draw(drawn);
    assertThat(drawn).containsExactly(1);
  }

  @Test
  void zeroConcentration_isRefused() {
    assertThatThrownBy(() -> shares(0.5, 0)).hasMessageContaining("above 0, was 0");
  }

  private ShareDraws shares(double... concentrations) {
    return new DirichletShares(concentrations, rng);
  }
}
