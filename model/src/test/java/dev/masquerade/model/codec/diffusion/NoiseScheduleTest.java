package dev.masquerade.model.codec.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseScheduleTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "linear",
        "scaled_linear",
        "squaredcos_cap_v2",
        "shifted_cosine:0.5",
        "shifted_cosine:1.0",
        "shifted_cosine:2.0"
      })
  void anySchedule_leavesLessAndLessOfThePicture(String name) {
    BetaSchedule beta = BetaSchedule.named(name);
    assertThat(beta.text()).isEqualTo(name);
    for (boolean zero : new boolean[] {false, true}) {
      NoiseSchedule schedule = NoiseSchedule.of(beta, 1000, zero);
      assertThat(schedule.steps()).isEqualTo(1000);
      assertThat(schedule.kept(-1)).isEqualTo(1);
      for (int t = 0; t < schedule.steps(); t++) {
        assertThat(schedule.kept(t)).isLessThan(schedule.kept(t - 1)).isGreaterThanOrEqualTo(0);
        double power = Math.pow(schedule.signal(t), 2) + Math.pow(schedule.noise(t), 2);
        assertThat(power).isCloseTo(1, within(1e-12));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "scaled_linear", "squaredcos_cap_v2", "shifted_cosine:0.3"})
  void zeroTerminalSnr_leavesNothingAtTheLastAndTheFirstAsItWas(String name) {
    NoiseSchedule plain = NoiseSchedule.of(BetaSchedule.named(name), 500, false);
    NoiseSchedule zero = NoiseSchedule.of(BetaSchedule.named(name), 500, true);
    // A shifted cosine leaves nothing at the last either way.
    assertThat(plain.kept(499) > 0).isEqualTo(!name.startsWith("shifted"));
    assertThat(zero.kept(499)).isZero();
    assertThat(zero.kept(0)).isCloseTo(plain.kept(0), within(1e-12));
  }

  @Test
  void smallerShift_leavesMore() {
    NoiseSchedule half = NoiseSchedule.of(BetaSchedule.named("shifted_cosine:0.5"), 1000, false);
    NoiseSchedule whole = NoiseSchedule.of(BetaSchedule.named("shifted_cosine:1"), 1000, false);
    for (int t = 1; t < 999; t++) {
      assertThat(half.kept(t)).isGreaterThan(whole.kept(t));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "liner, Did you mean \"linear\"?",
    "cosine, Known: linear",
    "shifted_cosine:x, is not a number",
    "shifted_cosine:-1, must be positive",
    "shifted_cosine:0, must be positive"
  })
  void schedulesThatDoNotExist_areRefusedWithThoseThatDo(String name, String said) {
    assertThatThrownBy(() -> BetaSchedule.named(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(said);
  }

  @Test
  void tooFewTimesteps_areRefused() {
    assertThatThrownBy(() -> NoiseSchedule.of(new BetaSchedule.Linear(), 1, false))
        .hasMessageContaining("num_train_timesteps must be at least 2, was 1");
  }

  @ParameterizedTest
  @EnumSource(TimestepSpacing.class)
  void timesteps_fallWithinThoseOfTraining(TimestepSpacing spacing) {
    for (int steps : new int[] {1, 2, 3, 7, 25, 50, 999, 1000}) {
      int[] timesteps = spacing.timesteps(steps, 1000);
      assertThat(timesteps).hasSize(steps);
      for (int i = 0; i < steps; i++) {
        assertThat(timesteps[i]).isBetween(0, 999);
        if (i > 0) {
          assertThat(timesteps[i]).isLessThan(timesteps[i - 1]);
        }
      }
    }
    assertThat(TimestepSpacing.named(spacing.text())).isEqualTo(spacing);
  }

  @Test
  void ends_areThoseTheSpacingIsNamedFor() {
    assertThat(TimestepSpacing.TRAILING.timesteps(4, 1000)).containsExactly(999, 749, 499, 249);
    assertThat(TimestepSpacing.LEADING.timesteps(4, 1000)).containsExactly(750, 500, 250, 0);
    assertThat(TimestepSpacing.LINSPACE.timesteps(4, 1000)).containsExactly(999, 666, 333, 0);
  }

  @Test
  void moreStepsThanTrainedWith_areRefused() {
    assertThatThrownBy(() -> TimestepSpacing.TRAILING.timesteps(11, 10))
        .hasMessageContaining("generates in 1 to 10 steps, was asked for 11");
    assertThatThrownBy(() -> TimestepSpacing.TRAILING.timesteps(0, 10))
        .hasMessageContaining("was asked for 0");
    assertThatThrownBy(() -> TimestepSpacing.named("trailling"))
        .hasMessageContaining("Did you mean \"trailing\"?");
    assertThatThrownBy(() -> PredictionType.named("v"))
        .hasMessageContaining("Known: epsilon, sample, v_prediction");
  }
}
