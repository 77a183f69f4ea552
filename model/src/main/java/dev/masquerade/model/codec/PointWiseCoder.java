package dev.masquerade.model.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.transformer.Arithmetic;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/** Maps every place by itself, on either side of a tokenizer. */
final class PointWiseCoder implements Coder {

  private final CoderShape.PointWise shape;
  private final KernelModule kernels;
  private final NDList weights = new NDList();

  PointWiseCoder(
      String side, CoderShape.PointWise shape, KernelModule kernels, Parameters parameters) {
    this.shape = shape;
    this.kernels = kernels;
    add(side + ".linear_in", parameters);
    for (int layer = 0; layer < shape.depth(); layer++) {
      add(side + ".layernorms." + layer, parameters);
      if (shape.bottleneck()) {
        add(side + ".blocks." + layer + ".block.0", parameters);
        add(side + ".blocks." + layer + ".block.2", parameters);
      } else {
        add(side + ".layers." + layer, parameters);
      }
    }
    add(side + ".linear_out", parameters);
  }

  private void add(String layer, Parameters parameters) {
    weights.add(parameters.get(layer + ".weight"));
    weights.add(parameters.get(layer + ".bias"));
  }

  @Override
  public NDArray encode(
      NDArray patches,
      int rows,
      TokenLayout.Grid grid,
      Arithmetic arithmetic,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    return kernels
        .call(
            scope.manager(),
            "point_wise",
            patches,
            weights,
            shape.depth(),
            shape.bottleneck(),
            arithmetic.linear())
        .get(0);
  }

  @Override
  public NDArray decode(
      NDArray tokens,
      int rows,
      TokenLayout.Grid grid,
      Arithmetic arithmetic,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    return encode(tokens, rows, grid, arithmetic, rng, scope);
  }
}
