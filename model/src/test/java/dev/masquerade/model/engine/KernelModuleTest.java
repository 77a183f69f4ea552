package dev.masquerade.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class KernelModuleTest {

  private static NDManager manager;
  private static KernelModule kernels;

  @BeforeAll
  static void load() {
    manager = ComputeEngine.start().newManager(Device.cpu());
    kernels = KernelModule.load(KernelModuleTest.class, "probe.py");
  }

  @AfterAll
  static void close() {
    kernels.close();
    manager.close();
  }

  @Test
  void argumentsOfEveryKind_arrive() {
    NDArray one = manager.create(new float[] {1, 2});
    NDList result =
        kernels.call(
            manager, "mixed", one, new NDList(one, one), 3L, 0.5, true, null, new long[] {4, 5});
    assertThat(result).hasSize(2);
    assertThat(result.get(0).toFloatArray()).containsExactly(15.5f, 18.5f);
    assertThat(result.get(1).toFloatArray()).containsExactly(1, 2);
  }

  @Test
  void results_belongToTheNamedManager() {
    NDArray one = manager.create(new float[] {1, 2});
    NDArray result;
    try (NDManager step = manager.newSubManager()) {
      result =
          kernels
              .call(step, "mixed", one, new NDList(one), 3L, 0.5, false, one, new long[] {1})
              .get(0);
      assertThat(result.getManager()).isSameAs(step);
    }
    assertThat(((ai.djl.util.NativeResource<?>) result).isReleased()).isTrue();
  }

  @Test
  void gradient_flowsThroughTwoCalls() {
    NDArray weight = manager.create(new float[] {3}, new Shape(1));
    weight.setRequiresGradient(true);
    NDArray square = kernels.call(manager, "square", weight).get(0);
    NDArray fourth = kernels.call(manager, "square", square).get(0);
    NDArray gradient =
        kernels.call(manager, "gradients", fourth, new NDList(weight)).get(0); // 4 w^3
    assertThat(gradient.toFloatArray()).containsExactly(108);
  }

  @Test
  void callWithoutGradients_recordsNothing() {
    NDArray weight = manager.create(new float[] {3}, new Shape(1));
    weight.setRequiresGradient(true);
    NDArray square = kernels.callWithoutGradients(manager, "square", weight).get(0);
    assertThat(square.hasGradient()).isFalse();
    assertThatThrownBy(() -> kernels.call(manager, "gradients", square, new NDList(weight)))
        .hasMessageContaining("grad");
  }

  @Test
  void sourceThatDoesNotCompile_isNamed() {
    assertThatThrownBy(() -> KernelModule.load(KernelModuleTest.class, "broken.py"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("broken.py")
        .hasMessageContaining("undefined_name");
  }

  @Test
  void bfloat16_trainsInsideAKernel() {
    EngineReport report = EngineReport.examine();
    assertThat(report.steps()).hasSizeGreaterThanOrEqualTo(2).allMatch(EngineReport.Step::proven);
    assertThat(report.toString()).contains("PyTorch 2.7.1");
  }
}
