package dev.masquerade.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.StepScope;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdamWTest {

  private static final AdamWSettings UNCLIPPED = new AdamWSettings(0.9, 0.95, 1e-8, 0);

  private NDManager manager;
  private Map<String, NDArray> parameters;

  @BeforeEach
  void start() {
    manager = ComputeEngine.start().newManager(Device.cpu());
    parameters = new LinkedHashMap<>();
    parameters.put("mask_token", manager.create(new float[] {1, -2, 3}));
    parameters.put("encoder_norm.weight", manager.create(new float[] {0.5f, 4}));
    parameters.values().forEach(parameter -> parameter.setRequiresGradient(true));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private StepOutcome step(
      AdamW optimiser,
      double rate,
      double decay,
      float @Nullable [] token,
      float @Nullable [] norm) {
    try (StepScope scope = StepScope.open(manager)) {
      List<@Nullable NDArray> arrays = new ArrayList<>();
      arrays.add(token == null ? null : scope.manager().create(token));
      arrays.add(norm == null ? null : scope.manager().create(norm));
      return optimiser.step(scope, arrays, rate, decay);
    }
  }

  private float[] values(String name) {
    NDArray parameter = parameters.get(name);
    assertThat(parameter).isNotNull();
    return parameter.toFloatArray();
  }

  /** The published update, one number at a time, in double precision. */
  private static double[] closedForm(double start, double[] gradients, double rate, double decay) {
    double value = start;
    double mean = 0;
    double square = 0;
    for (int t = 1; t <= gradients.length; t++) {
      double g = gradients[t - 1];
      value *= 1 - rate * decay;
      mean = 0.9 * mean + 0.1 * g;
      square = 0.95 * square + 0.05 * g * g;
      double m = mean / (1 - Math.pow(0.9, t));
      double s = square / (1 - Math.pow(0.95, t));
      value -= rate * m / (Math.sqrt(s) + 1e-8);
    }
    return new double[] {value, mean, square};
  }

  @Test
  void steps_followThePublishedUpdate_andNormsDoNotDecay() {
    try (AdamW optimiser = new AdamW(parameters, UNCLIPPED, manager)) {
      step(optimiser, 0.1, 0.5, new float[] {1, 2, -3}, new float[] {0.5f, -1});
      step(optimiser, 0.1, 0.5, new float[] {-4, 0.25f, 1}, new float[] {2, 0});

      double[] decayed = closedForm(1, new double[] {1, -4}, 0.1, 0.5);
      double[] undecayed = closedForm(4, new double[] {-1, 0}, 0.1, 0);
      assertThat(values("mask_token")[0]).isCloseTo((float) decayed[0], within(1e-6f));
      assertThat(values("encoder_norm.weight")[1]).isCloseTo((float) undecayed[0], within(1e-6f));
      assertThat(state(optimiser, "exp_avg.mask_token")[0])
          .isCloseTo((float) decayed[1], within(1e-6f));
      assertThat(state(optimiser, "exp_avg_sq.encoder_norm.weight")[1])
          .isCloseTo((float) undecayed[2], within(1e-6f));
      assertThat(state(optimiser, "step.mask_token")).containsExactly(2);
    }
  }

  @Test
  void gradientsAboveTheLimit_areScaledDownByTheirCommonNorm() {
    // Without memory the first step moves by rate * sign; scaling shows in the moments alone.
    AdamWSettings clipped = new AdamWSettings(0.9, 0.95, 1e-8, 2.5);
    try (AdamW optimiser = new AdamW(parameters, clipped, manager)) {
      StepOutcome outcome = step(optimiser, 0.1, 0, new float[] {3, 0, 0}, new float[] {0, 4});

      assertThat(outcome.gradientNorm()).isEqualTo(5);
      assertThat(state(optimiser, "exp_avg.mask_token")[0]).isCloseTo(0.15f, within(1e-6f));
      assertThat(state(optimiser, "exp_avg.encoder_norm.weight")[1]).isCloseTo(0.2f, within(1e-6f));
    }
  }

  @Test
  void gradientsBelowTheLimit_areLeftAlone() {
    try (AdamW optimiser = new AdamW(parameters, AdamWSettings.REFERENCE, manager)) {
      step(optimiser, 0.1, 0, new float[] {0.25f, 0, 0}, new float[] {0, 0});

      assertThat(state(optimiser, "exp_avg.mask_token")[0]).isEqualTo(0.25f * 0.1f, within(1e-9f));
    }
  }

  @Test
  void gradientThatIsNotFinite_changesNothing() {
    try (AdamW optimiser = new AdamW(parameters, AdamWSettings.REFERENCE, manager)) {
      step(optimiser, 0.1, 0.5, new float[] {1, 2, -3}, new float[] {0.5f, -1});
      float[] parameter = values("mask_token");
      float[] norm = values("encoder_norm.weight");
      float[] mean = state(optimiser, "exp_avg.mask_token");

      StepOutcome nan =
          step(optimiser, 0.1, 0.5, new float[] {Float.NaN, 1, 1}, new float[] {1, 1});
      StepOutcome infinite =
          step(
              optimiser, 0.1, 0.5, new float[] {1, 1, 1}, new float[] {Float.POSITIVE_INFINITY, 1});

      assertThat(nan.skipped()).isTrue();
      assertThat(infinite.skipped()).isTrue();
      assertThat(values("mask_token")).isEqualTo(parameter);
      assertThat(values("encoder_norm.weight")).isEqualTo(norm);
      assertThat(state(optimiser, "exp_avg.mask_token")).isEqualTo(mean);
      assertThat(state(optimiser, "step.mask_token")).containsExactly(1);
    }
  }

  @Test
  void parameterWithoutGradient_waitsForItsFirst_andThenCountsMissingOnesAsZero() {
    try (AdamW optimiser = new AdamW(parameters, UNCLIPPED, manager)) {
      step(optimiser, 0.1, 0.5, null, new float[] {1, 1});
      assertThat(values("mask_token")).containsExactly(1, -2, 3);
      assertThat(optimiser.state()).doesNotContainKey("exp_avg.mask_token");

      step(optimiser, 0.1, 0.5, new float[] {1, 1, 1}, null);
      step(optimiser, 0.1, 0.5, null, null);

      double[] expected = closedForm(1, new double[] {1, 0}, 0.1, 0.5);
      assertThat(values("mask_token")[0]).isCloseTo((float) expected[0], within(1e-6f));
    }
  }

  @Test
  void restoredState_continuesToTheSameBits() {
    float[] first = {1, 2, -3};
    float[] second = {-0.3f, 0.7f, 0.1f};
    float[] norm = {0.5f, -1};
    float[] expected;
    Map<String, float[]> saved = new LinkedHashMap<>();
    float[] parameter;
    try (AdamW optimiser = new AdamW(parameters, AdamWSettings.REFERENCE, manager)) {
      step(optimiser, 0.1, 0.5, first, norm);
      optimiser.state().forEach((name, array) -> saved.put(name, array.toFloatArray()));
      parameter = values("mask_token");
      step(optimiser, 0.1, 0.5, second, norm);
      expected = values("mask_token");
    }
    Map<String, NDArray> again = new LinkedHashMap<>(parameters);
    again.put("mask_token", manager.create(parameter));
    try (AdamW optimiser = new AdamW(again, AdamWSettings.REFERENCE, manager)) {
      optimiser.restore(saved.keySet(), name -> FloatBuffer.wrap(saved.get(name)));
      step(optimiser, 0.1, 0.5, second, norm);
      assertThat(again.get("mask_token").toFloatArray()).isEqualTo(expected);
    }
  }

  @Test
  void stateOfAnotherModel_isRefusedByName() {
    try (AdamW optimiser = new AdamW(parameters, UNCLIPPED, manager)) {
      assertThatThrownBy(
              () -> optimiser.restore(List.of("exp_avg.cls"), name -> FloatBuffer.allocate(1)))
          .hasMessageContaining("exp_avg.cls");
      assertThatThrownBy(
              () ->
                  optimiser.restore(List.of("exp_avg.mask_token"), name -> FloatBuffer.allocate(1)))
          .hasMessageContaining("exp_avg.mask_token")
          .hasMessageContaining("1 values, the model needs 3");
    }
  }

  @Test
  void accumulatedGradients_areTheWeightedSumOfTheirParts() {
    try (AdamW optimiser = new AdamW(parameters, UNCLIPPED, manager);
        StepScope scope = StepScope.open(manager)) {
      List<@Nullable NDArray> sums = new ArrayList<>(Arrays.asList(null, null));
      NDArray one = scope.manager().create(new float[] {1, 2, 3});
      NDArray two = scope.manager().create(new float[] {3, 2, 1});
      NDArray norm = scope.manager().create(new float[] {8, 4});
      optimiser.accumulate(scope, sums, Arrays.asList(one, null), 0.5);
      optimiser.accumulate(scope, sums, Arrays.asList(two, norm), 0.5);

      NDArray first = sums.get(0);
      NDArray second = sums.get(1);
      assertThat(first).isNotNull();
      assertThat(second).isNotNull();
      assertThat(first.toFloatArray()).containsExactly(2, 2, 2);
      assertThat(second.toFloatArray()).containsExactly(4, 2);
    }
  }

  @Test
  void gradientThatLiesTransposed_movesTheRightValues() {
    NDArray parameter = manager.create(new float[] {0, 0, 0, 0, 0, 0}, new Shape(2, 3));
    try (AdamW optimiser = new AdamW(Map.of("weight", parameter), UNCLIPPED, manager);
        StepScope scope = StepScope.open(manager)) {
      NDArray columns = scope.manager().create(new float[] {1, -1, -1, 1, 1, -1}, new Shape(3, 2));

      optimiser.step(scope, List.of(columns.transpose()), 0.1, 0);
    }

    // The gradient is (1, -1, 1), (-1, 1, -1); the first step goes against its signs.
    float[] expected = {-0.1f, 0.1f, -0.1f, 0.1f, -0.1f, 0.1f};
    assertThat(parameter.toFloatArray()).containsExactly(expected, within(1e-5f));
  }

  @Test
  void rateScales_slowSingleParametersDown() {
    ParameterGroups half =
        new ParameterGroups(
            DecayRule.NORMS_AND_BIASES_FREE, name -> name.equals("mask_token") ? 0.5 : 1);
    float token = values("mask_token")[0];
    float norm = values("encoder_norm.weight")[0];
    try (AdamW optimiser = new AdamW(parameters, UNCLIPPED, half, manager)) {
      step(optimiser, 0.1, 0, new float[] {1, 2, -3}, new float[] {0.5f, -1});
    }

    // The first step of Adam is the rate in the direction of the gradient's sign.
    assertThat(token - values("mask_token")[0]).isCloseTo(0.05f, within(1e-5f));
    assertThat(norm - values("encoder_norm.weight")[0]).isCloseTo(0.1f, within(1e-5f));
  }

  @Test
  void arrays_doNotGatherOverSteps() {
    try (AdamW optimiser = new AdamW(parameters, UNCLIPPED, manager)) {
      step(optimiser, 0.1, 0.5, new float[] {1, 2, -3}, new float[] {0.5f, -1});
      int before = manager.getManagedArrays().size();
      for (int i = 0; i < 50; i++) {
        step(optimiser, 0.1, 0.5, new float[] {1, 2, -3}, new float[] {0.5f, -1});
      }
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }

  private static float[] state(AdamW optimiser, String name) {
    NDArray array = optimiser.state().get(name);
    assertThat(array).isNotNull();
    return array.toFloatArray();
  }
}
