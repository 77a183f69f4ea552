package dev.masquerade.model.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenScheduleTest {

  @Test
  void everySchedule_settlesAllTokensInStepsThatSettleSome() {
    for (TokenSchedule schedule : TokenSchedule.values()) {
      for (int total = 1; total < 60; total++) {
        for (int steps = 1; steps < 80; steps++) {
          int[] tokens = schedule.tokens(steps, total);
          assertThat(tokens.length).isBetween(1, steps);
          assertThat(IntStream.of(tokens)).allMatch(count -> count > 0);
          assertThat(IntStream.of(tokens).sum()).isEqualTo(total);
        }
      }
    }
  }

  @Test
  void negativeLastStep_isTakenBackFromTheStepBefore() {
    assertThat(TokenSchedule.COSINE.rounded(15, 10)).endsWith(1, 0, -1);
    assertThat(TokenSchedule.COSINE.tokens(15, 10)).hasSize(10).containsOnly(1);
  }

  @Test
  void everythingKnown_leavesNoStep() {
    assertThat(TokenSchedule.remaining(new int[] {2, 3}, 5)).isEmpty();
  }

  @Test
  void noSteps_isRefused() {
    assertThatThrownBy(() -> TokenSchedule.LINEAR.tokens(0, 3))
        .hasMessageContaining("steps and tokens must be at least 1, were 0 and 3");
  }
}
