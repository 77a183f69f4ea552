package dev.masquerade.model.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Products that are taken in another way for their shape give what a linear layer gives. */
class ProductsTest {

  private static final long FLOAT32 = 6;
  private static final int IN = 48;

  private static NDManager manager;
  private static KernelModule kernels;

  @BeforeAll
  static void load() {
    manager = ComputeEngine.start().newManager(Device.cpu());
    manager.getEngine().setRandomSeed(1);
    kernels = Kernels.loadModel();
  }

  @AfterAll
  static void close() {
    kernels.close();
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({"1, 64", "1, 50", "2, 64", "64, 50", "65, 64", "70, 100", "70, 4096", "70, 4100"})
  void rows_asInABatchOfOne(int rows, int out) {
    NDArray x = manager.randomNormal(new Shape(rows, IN));
    NDArray weight = manager.randomNormal(new Shape(out, IN));
    for (NDArray bias : List.of(manager.randomNormal(new Shape(out)), absent())) {
      NDArray product = call("linear", x, weight, bias, FLOAT32);
      assertThat(product.getShape()).isEqualTo(new Shape(rows, out));
      // With an axis more, products go the engine's own way.
      NDArray plain = call("linear", x.expandDims(0), weight, bias, FLOAT32);
      assertThat(product.sub(plain).abs().max().getFloat()).isLessThan(1e-4f);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 70})
  void rows_passGradientsOn(int rows) {
    NDArray x = manager.randomNormal(new Shape(rows, IN));
    NDArray weight = manager.randomNormal(new Shape(4096, IN));
    x.setRequiresGradient(true);
    try (var collector = manager.getEngine().newGradientCollector()) {
      collector.backward(
          kernels.call(manager, "linear", x, weight, absent(), FLOAT32).get(0).sum());
    }
    NDArray expected = weight.sum(new int[] {0}).reshape(1, IN).broadcast(rows, IN);
    assertThat(x.getGradient().sub(expected).abs().max().getFloat()).isLessThan(1e-2f);
  }

  private static NDArray absent() {
    return manager.create(new Shape(0));
  }

  private static NDArray call(String kernel, Object... arguments) {
    return kernels.callWithoutGradients(manager, kernel, arguments).get(0);
  }
}
