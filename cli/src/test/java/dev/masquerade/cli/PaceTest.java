package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

  private static Pace of(int stepMillis) {
    return new Pace(32_000.0 / stepMillis, Duration.ofMillis(stepMillis));
  }

  @Test
  void stepsThatFit_areChosenInFifties() {
    assertThat(of(300).stepsIn(Duration.ofSeconds(330), 700, 1600)).isEqualTo(1100);
    assertThat(of(320).stepsIn(Duration.ofSeconds(330), 700, 1600)).isEqualTo(1000);
  }

  @Test
  void fastAndSlowMachines_meetTheBounds() {
    assertThat(of(10).stepsIn(Duration.ofSeconds(330), 700, 1600)).isEqualTo(1600);
    assertThat(of(3000).stepsIn(Duration.ofSeconds(330), 700, 1600)).isEqualTo(700);
  }

  @Test
  void description_saysWhatWasMeasuredAndWhatFollows() {
    assertThat(of(300).describe(1100))
        .isEqualTo(
            "this machine makes 107 samples/s: 1,100 steps in about 5:30 minutes; --steps N to"
                + " choose");
  }
}
