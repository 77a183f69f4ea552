package dev.masquerade.model.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.transformer.Arithmetic;
import dev.masquerade.model.transformer.EncoderStack;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/** A vision transformer on one side of a tokenizer. */
final class TransformerCoder implements Coder {

  private static final List<String> POST_MLP = List.of("norm_mlp", "post_mlp.fc1", "post_mlp.fc2");

  private final String side;
  private final VqEncoderConfig config;
  private final CoderShape.VisionTransformer shape;
  private final KernelModule kernels;
  private final Parameters parameters;
  private final EncoderStack blocks;
  private final NDList postMlp = new NDList();

  TransformerCoder(
      String side,
      VqEncoderConfig config,
      CoderShape.VisionTransformer shape,
      KernelModule kernels,
      Parameters parameters) {
    this.side = side;
    this.config = config;
    this.shape = shape;
    this.kernels = kernels;
    this.parameters = parameters;
    this.blocks =
        new EncoderStack(kernels, parameters, side + ".blocks", shape.depth(), shape.heads());
    if (shape.postMlp()) {
      for (String layer : POST_MLP) {
        postMlp.add(parameters.get(side + "." + layer + ".weight"));
        postMlp.add(parameters.get(side + "." + layer + ".bias"));
      }
    }
  }

  /** Returns (1, L, D): the positions of a grid, resized where it is not the config's. */
  private NDArray positions(TokenLayout.Grid grid, StepScope scope) {
    NDArray table = parameters.get(side + ".pos_emb");
    return call(scope, "grid_rows", table, grid.rows(), grid.columns(), true);
  }

  private NDArray transform(
      NDArray x, Arithmetic arithmetic, @Nullable UniformRandomProvider rng, StepScope scope) {
    NDArray nothing = scope.manager().create(new Shape(0), DataType.FLOAT32);
    NDArray keep = blocks.draw((int) x.getShape().get(0), shape::dropPathOf, rng, scope);
    NDArray y = blocks.run(x, nothing, keep, arithmetic, scope);
    return postMlp.isEmpty() ? y : call(scope, "tanh_branch", y, postMlp, arithmetic.linear());
  }

  @Override
  public NDArray encode(
      NDArray patches,
      int rows,
      TokenLayout.Grid grid,
      Arithmetic arithmetic,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    NDArray x =
        call(
            scope,
            "enter_transformer",
            patches,
            rows,
            parameters.get(side + ".proj.weight"),
            parameters.get(side + ".proj.bias"),
            positions(grid, scope),
            arithmetic.linear()); // (K, W) -> (B, L, D)
    return call(scope, "flatten_rows", transform(x, arithmetic, rng, scope));
  }

  @Override
  public NDArray decode(
      NDArray tokens,
      int rows,
      TokenLayout.Grid grid,
      Arithmetic arithmetic,
      @Nullable UniformRandomProvider rng,
      StepScope scope) {
    NDArray x = call(scope, "place_rows", tokens, rows, positions(grid, scope)); // (B, L, D)
    return call(
        scope,
        "leave_transformer",
        transform(x, arithmetic, rng, scope),
        parameters.get(side + ".out_proj.weight"),
        parameters.get(side + ".out_proj.bias"),
        config.patchSize(),
        arithmetic.linear()); // (B, L, D) -> (K, W)
  }

  private NDArray call(StepScope scope, String method, @Nullable Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }
}
