package dev.masquerade.model.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.IntToDoubleFunction;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Draws which residual branches are skipped: each with the probability of its block, for each row
 * on its own. Branches that stay are scaled up, so that their mean does not change.
 */
final class DropPath {

  private DropPath() {}

  /**
   * Draws for one stack.
   *
   * @param branches residual branches per block
   * @param rate probability of skipping, by block
   * @param rng stream of this step, advanced by one draw per branch and row where any rate is not 0
   * @return (depth * branches, B) factors, or no elements where nothing is ever skipped
   */
  static NDArray draw(
      NDManager owner,
      int depth,
      int branches,
      int rows,
      IntToDoubleFunction rate,
      UniformRandomProvider rng) {
    if (depth == 0 || rate.applyAsDouble(depth - 1) == 0) {
      return owner.create(new Shape(0), DataType.FLOAT32);
    }
    float[] factors = new float[depth * branches * rows];
    int at = 0;
    for (int block = 0; block < depth; block++) {
      double skip = rate.applyAsDouble(block);
      for (int i = 0; i < branches * rows; i++) {
        boolean kept = rng.nextDouble() >= skip;
        factors[at++] = kept ? (float) (1 / (1 - skip)) : 0;
      }
    }
    return owner.create(factors, new Shape((long) depth * branches, rows));
  }
}
