package dev.masquerade.model.latent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.transformer.Arithmetic;
import dev.masquerade.model.transformer.EncoderStack;
import dev.masquerade.model.weights.InitRule;
import dev.masquerade.model.weights.LayoutCollector;
import dev.masquerade.model.weights.ParameterLayout;
import java.util.List;

/**
 * Predicts the encoder's tokens at hidden places from those at seen ones, by self-attention over
 * the context and a mask token per hidden place. Several sets of hidden places are predicted each
 * for itself.
 *
 * @see <a href="https://arxiv.org/abs/2301.08243">Self-Supervised Learning from Images with a
 *     Joint-Embedding Predictive Architecture</a>
 */
public final class IjepaPredictor {

  private final KernelModule kernels;
  private final Parameters parameters;
  private final EncoderStack blocks;

  /**
   * Composes a predictor.
   *
   * @param kernels from {@link LatentKernels}
   * @param parameters hold {@link #layout} at their root
   */
  public IjepaPredictor(KernelModule kernels, PredictorShape shape, Parameters parameters) {
    this.kernels = kernels;
    this.parameters = parameters;
    this.blocks =
        new EncoderStack(kernels, parameters, "decoder.blocks", shape.depth(), shape.heads());
  }

  /** Lays out a predictor under the names that Lightly gives its tensors. */
  public static ParameterLayout layout(PredictorShape shape) {
    int width = shape.width();
    return new LayoutCollector()
        .weight("decoder.mask_token", new InitRule.Constant(0), 1, 1, width)
        .fixed(
            "decoder.pos_embed",
            new InitRule.PlaceTable(shape.grid().rows(), shape.grid().columns(), width, 0),
            1,
            shape.grid().places(),
            width)
        .blocks("decoder.blocks", shape.depth(), width, shape.hiddenWidth())
        .norm("decoder.norm", width)
        .linear("predictor_embed", shape.inputs(), width)
        .linear("predictor_proj", width, shape.inputs())
        .layout();
  }

  /**
   * Predicts.
   *
   * @param context (B, N, D) tokens of the encoder
   * @param seen (B, N) their places, int64
   * @param hidden sets of places to predict, each (B, M) int64, all with the same M
   * @return (sets x B, M, D), set by set
   */
  public NDArray predict(
      NDArray context, NDArray seen, List<NDArray> hidden, Precision precision, StepScope scope) {
    int dtype = Kernels.dtype(precision);
    long tokens = context.getShape().get(1);
    NDArray x =
        call(
            scope,
            "context_and_questions",
            context,
            seen,
            new NDList(hidden),
            parameters.get("decoder.pos_embed"),
            parameters.get("decoder.mask_token"),
            parameters.get("predictor_embed.weight"),
            parameters.get("predictor_embed.bias"),
            dtype); // (sets x B, N + M, d)
    int length = (int) x.getShape().get(1);
    Arithmetic arithmetic = Arithmetic.of(precision, parameters.device(), length);
    NDArray nothing = scope.manager().create(new Shape(0), DataType.FLOAT32);
    NDArray y = blocks.run(x, nothing, nothing, arithmetic, scope);
    return call(
        scope,
        "answers",
        y,
        tokens,
        new NDList(parameters.get("decoder.norm.weight"), parameters.get("decoder.norm.bias")),
        parameters.get("predictor_proj.weight"),
        parameters.get("predictor_proj.bias"),
        dtype);
  }

  private NDArray call(StepScope scope, String method, Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }
}
