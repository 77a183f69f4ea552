package dev.masquerade.model.engine;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

class KernelsTest {
  @Test
  void everySourceOfTheModel_compiles() {
    assertThatCode(() -> Kernels.loadModel().close()).doesNotThrowAnyException();
  }
}
