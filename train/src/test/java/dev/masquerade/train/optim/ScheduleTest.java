package dev.masquerade.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  @Test
  void warmUp_startsAtZero_andReachesThePeakOnItsLastStepAndOnTheNext() {
    LearningRate rate = LearningRate.cosine(2e-3, 1e-5, 11, 100);

    assertThat(rate.at(0)).isZero();
    assertThat(rate.at(5)).isCloseTo(1e-3, within(1e-18));
    assertThat(rate.at(10)).isEqualTo(2e-3);
    assertThat(rate.at(11)).isEqualTo(2e-3);
    assertThat(rate.at(12)).isLessThan(2e-3);
  }

  @Test
  void cosine_isHalfwayInTheMiddle_andNeverReachesItsEndInsideTheRun() {
    LearningRate rate = LearningRate.cosine(1, 0.1, 20, 120);

    assertThat(rate.at(70)).isCloseTo(0.55, within(1e-12));
    assertThat(rate.at(45)).isCloseTo(0.1 + 0.45 * (1 + Math.sqrt(0.5)), within(1e-12));
    assertThat(rate.at(119)).isGreaterThan(0.1);
    assertThat(rate.at(5_000)).isEqualTo(rate.at(119));
  }

  @Test
  void inverseSquareRoot_fallsByRootTwoAfterItsTimescale_andCoolsDownToTheEnd() {
    LearningRate rate =
        new LearningRate(LearningRate.Shape.INVERSE_SQUARE_ROOT, 1, 0.01, 10, 5, 115, 50);

    assertThat(rate.at(10)).isEqualTo(1);
    assertThat(rate.at(60)).isCloseTo(Math.sqrt(0.5), within(1e-12));
    assertThat(rate.at(110)).as("cool-down repeats the last value").isEqualTo(rate.at(109));
    assertThat(rate.at(112)).isCloseTo((rate.at(109) + 0.01) / 2, within(1e-12));
    assertThat(rate.at(114)).isEqualTo(0.01);
  }

  @Test
  void constant_staysAtThePeakBetweenItsPhases() {
    LearningRate rate = new LearningRate(LearningRate.Shape.CONSTANT, 3, 0, 3, 4, 20, 1);

    assertThat(LongStream.range(2, 17).mapToDouble(rate::at)).containsOnly(3.0);
    assertThat(rate.at(1)).isEqualTo(1.5);
    assertThat(rate.at(19)).isZero();
  }

  @Test
  void warmUpOfOneStep_isOneStepOfRateZero() {
    LearningRate rate = LearningRate.cosine(1, 0, 1, 10);

    assertThat(rate.at(0)).isZero();
    assertThat(rate.at(1)).isEqualTo(1);
  }

  @Test
  void runShorterThanItsWarmUp_shrinksIt() {
    LearningRate rate = LearningRate.cosine(1, 0, 100, 10);

    assertThat(rate.at(0)).isZero();
    assertThat(rate.at(9)).isEqualTo(1);
  }

  @Test
  void weightDecay_movesFromStartTowardsEnd() {
    WeightDecay decay = new WeightDecay(0.05, 0.1, 6);

    assertThat(decay.at(0)).isEqualTo(0.05);
    assertThat(decay.at(1)).isCloseTo(0.05334936490538903, within(1e-15));
    assertThat(decay.at(3)).isCloseTo(0.075, within(1e-15));
    assertThat(decay.at(6)).isEqualTo(0.1);
    assertThat(WeightDecay.constant(0.3).at(12_345)).isEqualTo(0.3);
  }

  @Test
  void impossibleNumbers_areRejected() {
    assertThatThrownBy(() -> LearningRate.cosine(-1, 0, 0, 1)).hasMessageContaining("at least 0");
    assertThatThrownBy(() -> LearningRate.cosine(1, 0, 0, 0))
        .hasMessageContaining("at least one step");
    assertThatThrownBy(() -> new WeightDecay(Double.NaN, 0, 1)).hasMessageContaining("at least 0");
  }
}
