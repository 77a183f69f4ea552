package dev.masquerade.model.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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
  @CsvSource({"1, 64", "1, 50", "2, 64", "64, 50", "65, 64"})
  void fewRows_asALinearLayer(int rows, int out) {
    NDArray x = manager.randomNormal(new Shape(rows, IN));
    NDArray weight = manager.randomNormal(new Shape(out, IN));
    for (NDArray bias : List.of(manager.randomNormal(new Shape(out)), absent())) {
      assertThat(call("product", x, weight, bias, FLOAT32).toFloatArray())
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(call("linear", x, weight, bias, FLOAT32).toFloatArray());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 4096, 4100})
  void wideHead_asALinearLayer(int out) {
    NDArray x = manager.randomNormal(new Shape(70, IN));
    NDArray weight = manager.randomNormal(new Shape(out, IN));
    NDArray product = call("wide_product", x, weight, FLOAT32);
    assertThat(product.getShape()).isEqualTo(new Shape(70, out));
    NDArray linear = call("linear", x, weight, absent(), FLOAT32);
    assertThat(product.sub(linear).abs().max().getFloat()).isLessThan(1e-4f);
  }

  @Test
  void wideHead_passesGradientsOn() {
    NDArray x = manager.randomNormal(new Shape(3, IN));
    NDArray weight = manager.randomNormal(new Shape(4096, IN));
    x.setRequiresGradient(true);
    try (var collector = manager.getEngine().newGradientCollector()) {
      collector.backward(kernels.call(manager, "wide_product", x, weight, FLOAT32).get(0).sum());
    }
    NDArray expected = weight.sum(new int[] {0}).reshape(1, IN).broadcast(3, IN);
    assertThat(x.getGradient().sub(expected).abs().max().getFloat()).isLessThan(1e-2f);
  }

  private static NDArray absent() {
    return manager.create(new Shape(0));
  }

  private static NDArray call(String kernel, Object... arguments) {
    return kernels.callWithoutGradients(manager, kernel, arguments).get(0);
  }
}
