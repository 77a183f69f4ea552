package dev.masquerade.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerScorerTest {

  private static final Judgement<Integer> NEAR =
      new Judgement<>("near", (said, truth) -> 1.0 / (1 + Math.abs(said - truth)));

  @Test
  void constantAnswer_isTheTrainingAnswerThatAgreesBest() {
    AnswerScorer<Integer>.Sums sums =
        new AnswerScorer<>(List.of(NEAR), List.of(1, 5, 5, 5, 9)).start();
    sums.add(9, 9, 8);
    sums.add(9, 5, 5);
    MetricComparison metric = sums.metrics().get(0);
    assertThat(metric.model()).isEqualTo((1 + 0.2) / 2);
    assertThat(metric.prior()).isEqualTo((0.2 + 1) / 2);
    assertThat(metric.bound()).hasValue((0.5 + 1) / 2);
  }

  @Test
  void whatTheTruthDoesNotTell_isPassedOver() {
    Judgement<Integer> sometimes =
        new Judgement<>("sometimes", (said, truth) -> truth < 0 ? Double.NaN : 1);
    AnswerScorer<Integer>.Sums sums = new AnswerScorer<>(List.of(sometimes), List.of(1)).start();
    sums.add(1, -1, null);
    sums.add(1, 1, null);
    assertThat(sums.metrics().get(0).model()).isEqualTo(1);
    assertThat(sums.metrics().get(0).bound()).isEmpty();
  }
}
