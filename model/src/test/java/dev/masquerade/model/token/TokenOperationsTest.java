package dev.masquerade.model.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.StepScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenOperationsTest {

  private final NDManager manager = ComputeEngine.start().newManager(Device.cpu());
  private final TokenOperations operations = new TokenOperations();
  private final StepScope scope = StepScope.open(manager);

  @AfterEach
  void close() {
    scope.close();
    operations.close();
    manager.close();
  }

  private NDArray counting(long... shape) {
    Shape all = new Shape(shape);
    return scope.manager().arange(0, all.size(), 1, DataType.FLOAT32).reshape(all);
  }

  @Test
  void patchesOfRectangles_comeBackAsTheImage() {
    NDArray images = counting(2, 5, 6, 15);
    NDArray patches = operations.patchify(images, 3, scope);

    assertThat(patches.getShape().getShape()).containsExactly(2, 10, 45);
    // Second patch of the first row: row 0, column 3, all channels.
    assertThat(patches.get(0).get(1).toFloatArray()).startsWith(3, 93, 183, 273, 363, 4);
    assertThat(operations.unpatchify(patches, 2, 5, 3, scope).toFloatArray())
        .containsExactly(images.toFloatArray());
  }

  @Test
  void imagesThatPatchesDoNotFill_areRefusedWithSizesThatFit() {
    assertThatThrownBy(() -> operations.patchify(counting(1, 3, 30, 32), 16, scope))
        .hasMessageContaining("height must be a multiple of the patch size 16, was 30")
        .hasMessageContaining("16 or 32 would fit");
    assertThatThrownBy(() -> operations.patchify(counting(3, 32, 32), 16, scope))
        .hasMessageContaining("(batch, channels, height, width)");
    assertThatThrownBy(() -> operations.unpatchify(counting(1, 5, 12), 2, 3, 2, scope))
        .hasMessageContaining("grid of 2 x 3");
  }

  @Test
  void operations_leaveTheirInputAlone() {
    NDArray tokens = counting(1, 3, 2);
    NDArray index = scope.manager().create(new long[] {2}, new Shape(1, 1));
    NDArray token = scope.manager().zeros(new Shape(1, 1, 2));

    assertThat(operations.maskAt(tokens, index, token, scope).toFloatArray())
        .containsExactly(0, 1, 2, 3, 0, 0);
    operations.set(tokens, index, token, scope);
    assertThat(tokens.toFloatArray()).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void shapesThatDoNotMatch_areNamed() {
    NDArray tokens = counting(2, 3, 2);
    NDArray index = scope.manager().create(new long[] {2}, new Shape(1, 1));
    assertThatThrownBy(() -> operations.get(tokens, index, scope))
        .hasMessageContaining("need the same rows")
        .hasMessageContaining("[2, 3, 2]");
    NDArray mask = scope.manager().zeros(new Shape(2, 4), DataType.BOOLEAN);
    assertThatThrownBy(
            () ->
                operations.maskWhere(
                    tokens, mask, scope.manager().zeros(new Shape(1, 1, 2)), scope))
        .hasMessageContaining("a mask must say something of every token");
    assertThatThrownBy(() -> operations.repeatRuns(tokens, 3, 2, scope))
        .hasMessageContaining("2 rows are not a whole number of batches of 3");
  }

  @Test
  void rowsOfZeros_stayZeros() {
    assertThat(operations.unitRows(scope.manager().zeros(new Shape(1, 3)), scope).toFloatArray())
        .containsExactly(0, 0, 0);
  }
}
