package dev.masquerade.model.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * Pre-norm blocks of self-attention and feed-forward, without the norm after them. Vision
 * transformers, decoders of masked autoencoders and the 4M encoder are all such stacks.
 */
public final class EncoderStack {

  /** Residual branches of a block, each with a draw of its own for drop path. */
  private static final int BRANCHES = 2;

  private final KernelModule kernels;
  private final BlockWeights weights;
  private final int depth;
  private final int heads;

  /**
   * Looks up the weights of every block.
   *
   * @param stack name before the number of a block, for example {@code blocks}
   */
  public EncoderStack(
      KernelModule kernels, Parameters parameters, String stack, int depth, int heads) {
    this(kernels, BlockWeights.encoder(kernels, parameters, stack + ".", depth), depth, heads);
  }

  EncoderStack(KernelModule kernels, BlockWeights weights, int depth, int heads) {
    this.kernels = kernels;
    this.weights = weights;
    this.depth = depth;
    this.heads = heads;
  }

  /**
   * Draws what drop path skips in one step.
   *
   * @param rate probability of skipping, by block
   * @param rng stream of the step, or null for evaluation
   * @return (2 x depth, B), or no elements where nothing is skipped; owned by the scope
   */
  public NDArray draw(
      int rows, IntToDoubleFunction rate, @Nullable UniformRandomProvider rng, StepScope scope) {
    return rng == null
        ? nothing(scope)
        : DropPath.draw(scope.manager(), depth, BRANCHES, rows, rate, rng);
  }

  /**
   * Runs all blocks.
   *
   * @param x (B, S, D)
   * @param hidden to add to scores, (B, 1, 1, S) of 0 and -inf, or no elements
   * @param keep from {@link #draw}
   * @return (B, S, D), owned by the scope
   */
  public NDArray run(
      NDArray x, NDArray hidden, NDArray keep, Arithmetic arithmetic, StepScope scope) {
    return run(x, weights.in(scope), hidden, keep, arithmetic, scope);
  }

  /**
   * Runs all blocks without drop path, and keeps what each of them gives.
   *
   * @return depth arrays (B, S, D), owned by the scope
   */
  public List<NDArray> layers(NDArray x, NDArray hidden, Arithmetic arithmetic, StepScope scope) {
    List<NDArray> outputs = new ArrayList<>();
    NDArray keep = nothing(scope);
    NDList all = weights.in(scope);
    int tensors = all.size() / depth;
    NDArray y = x;
    for (int layer = 0; layer < depth; layer++) {
      NDList block = all.subNDList(layer * tensors, (layer + 1) * tensors);
      y = run(y, block, hidden, keep, arithmetic, scope);
      outputs.add(y);
    }
    return outputs;
  }

  private NDArray run(
      NDArray x,
      NDList blocks,
      NDArray hidden,
      NDArray keep,
      Arithmetic arithmetic,
      StepScope scope) {
    return kernels
        .call(
            scope.manager(),
            "encoder_stack",
            x,
            blocks,
            heads,
            hidden,
            keep,
            arithmetic.linear(),
            arithmetic.attention())
        .get(0);
  }

  private static NDArray nothing(StepScope scope) {
    return scope.manager().create(new Shape(0), DataType.FLOAT32);
  }
}
