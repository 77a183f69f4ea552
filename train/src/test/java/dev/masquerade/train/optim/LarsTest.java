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
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LarsTest {

  private NDManager manager;
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();

  @BeforeEach
  void start() {
    manager = ComputeEngine.start().newManager(Device.cpu());
    parameters.put("weight", manager.create(new float[] {3, 0, 0, 4}, new Shape(2, 2)));
    parameters.put("bias", manager.create(new float[] {1, 2}));
  }

  @AfterEach
  void stop() {
    manager.close();
  }

  private StepOutcome step(Lars lars, double rate, double decay, float[] weight, float[] bias) {
    try (StepScope scope = StepScope.open(manager)) {
      List<@Nullable NDArray> gradients =
          Arrays.asList(
              scope.manager().create(weight, new Shape(2, 2)),
              bias.length == 0 ? null : scope.manager().create(bias));
      return lars.step(scope, gradients, rate, decay);
    }
  }

  private float[] values(String name) {
    NDArray array = parameters.get(name);
    assertThat(array).isNotNull();
    return array.toFloatArray();
  }

  @Test
  void matrices_moveByTheirSize_andVectorsAsTheyAre() {
    try (Lars lars = new Lars(parameters, LarsSettings.REFERENCE, manager)) {
      step(lars, 10, 0, new float[] {0, 2, 0, 0}, new float[] {0.5f, 0});

      // 0.001 x 5 / 2 x 2 = 0.005 times the rate.
      assertThat(values("weight")).containsExactly(new float[] {3, -0.05f, 0, 4}, within(1e-6f));
      assertThat(values("bias")).containsExactly(-4, 2);
    }
  }

  @Test
  void decay_isPartOfTheStep_andOfMatricesOnly() {
    try (Lars lars = new Lars(parameters, LarsSettings.REFERENCE, manager)) {
      step(lars, 1, 1, new float[] {0, 0, 0, 0}, new float[] {0, 0});

      // The step is the weight itself, brought to a thousandth of its size.
      assertThat(values("weight"))
          .containsExactly(new float[] {2.997f, 0, 0, 3.996f}, within(1e-6f));
      assertThat(values("bias")).containsExactly(1, 2);
    }
  }

  @Test
  void clipping_scalesGradientsBeforeTheTrustRatio() {
    LarsSettings clipped = new LarsSettings(0.9, 0.001, 1);
    try (Lars lars = new Lars(parameters, clipped, manager)) {
      StepOutcome outcome = step(lars, 1, 0, new float[] {0, 0, 0, 0}, new float[] {3, 4});

      assertThat(outcome.gradientNorm()).isEqualTo(5);
      assertThat(values("bias")).containsExactly(new float[] {0.4f, 1.2f}, within(1e-6f));
    }
  }

  @Test
  void gradientThatIsNotFinite_changesNothing() {
    try (Lars lars = new Lars(parameters, LarsSettings.REFERENCE, manager)) {
      step(lars, 1, 0, new float[] {1, 1, 1, 1}, new float[] {1, 1});
      float[] weight = values("weight");

      StepOutcome outcome = step(lars, 1, 0, new float[] {1, Float.NaN, 1, 1}, new float[] {1, 1});

      assertThat(outcome.skipped()).isTrue();
      assertThat(values("weight")).isEqualTo(weight);
      assertThat(values("bias")).containsExactly(0, 1);
    }
  }

  @Test
  void savedState_goesOnExactly() {
    Map<String, float[]> saved = new HashMap<>();
    Map<String, float[]> at = new HashMap<>();
    float[] weight = {1, -2, 0.5f, 3};
    try (Lars lars = new Lars(parameters, LarsSettings.REFERENCE, manager)) {
      step(lars, 0.3, 0.1, weight, new float[] {0.1f, 0.2f});
      lars.state().forEach((name, array) -> saved.put(name, array.toFloatArray()));
      parameters.forEach((name, array) -> at.put(name, array.toFloatArray()));
      step(lars, 0.3, 0.1, weight, new float[] {0.1f, 0.2f});
    }
    float[] expected = values("weight");
    Map<String, NDArray> again = new LinkedHashMap<>();
    parameters.forEach(
        (name, array) -> again.put(name, manager.create(at.get(name), array.getShape())));
    parameters.putAll(again);
    try (Lars lars = new Lars(parameters, LarsSettings.REFERENCE, manager)) {
      lars.restore(saved.keySet(), name -> FloatBuffer.wrap(saved.get(name)));
      step(lars, 0.3, 0.1, weight, new float[] {0.1f, 0.2f});
    }

    assertThat(values("weight")).isEqualTo(expected);
    assertThat(saved).containsOnlyKeys("mu.weight", "mu.bias");
  }

  @Test
  void stateOfAnotherModel_isRejected() {
    try (Lars lars = new Lars(parameters, LarsSettings.REFERENCE, manager)) {
      assertThatThrownBy(() -> lars.restore(List.of("mu.cls"), name -> FloatBuffer.allocate(1)))
          .hasMessageContaining("mu.cls");
    }
  }
}
