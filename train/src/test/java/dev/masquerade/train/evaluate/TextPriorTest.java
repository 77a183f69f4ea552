package dev.masquerade.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TextPriorTest {

  private static final int VOCABULARY = 6;

  private static TextPrior taught() {
    TextPrior prior = new TextPrior(VOCABULARY);
    prior.learn(0, 5, 1);
    prior.learn(0, 5, 1);
    prior.learn(0, 5, 2);
    prior.learn(1, 1, 3);
    prior.learn(2, 1, 4);
    prior.learn(3, 1, 4);
    return prior;
  }

  @Test
  void best_isWhatFollowedHere_elseAnywhere_elseTheCommonest() {
    assertThat(taught().best(0, 5)).isEqualTo(1);
    assertThat(taught().best(1, 1)).isEqualTo(3);
    assertThat(taught().best(9, 1)).isEqualTo(4);
    assertThat(taught().best(9, 0)).as("ties go to the smaller id").isEqualTo(1);
  }

  @Test
  void probabilities_sumToOne_atEveryLevel() {
    for (int[] place : new int[][] {{0, 5}, {1, 1}, {9, 1}, {9, 0}}) {
      double sum = 0;
      for (int token = 0; token < VOCABULARY; token++) {
        sum += taught().probability(place[0], place[1], token);
      }
      assertThat(sum).isCloseTo(1, within(1e-12));
    }
  }
}
