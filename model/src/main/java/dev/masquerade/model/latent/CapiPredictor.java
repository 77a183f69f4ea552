package dev.masquerade.model.latent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.LayoutCollector;
import dev.masquerade.model.weights.ParameterLayout;
import java.util.List;

/**
 * Predicts the encoder's tokens at hidden places by cross-attention alone: a mask token per place
 * looks at the context, with queries and keys turned by their rows and columns, so that only
 * differences of places count. Hidden places do not see each other.
 *
 * @see <a href="https://arxiv.org/abs/2502.08769">Cluster and Predict Latent Patches for Improved
 *     Masked Image Modeling</a>
 */
public final class CapiPredictor {

  private static final List<String> BLOCK =
      List.of(
          "query_norm",
          "context_norm",
          "to_query",
          "to_key_value",
          "projection",
          "mlp_norm",
          "mlp.0",
          "mlp.2");

  private final KernelModule kernels;
  private final PredictorShape shape;
  private final Parameters parameters;
  private final NDList blocks = new NDList();

  /**
   * Composes a predictor.
   *
   * @param kernels from {@link LatentKernels}
   * @param shape whose width is its inputs; the width of a head is divisible by 4
   * @param parameters hold {@link #layout} at their root
   */
  public CapiPredictor(KernelModule kernels, PredictorShape shape, Parameters parameters) {
    requireFits(shape);
    this.kernels = kernels;
    this.shape = shape;
    this.parameters = parameters;
    for (int layer = 0; layer < shape.depth(); layer++) {
      for (String part : BLOCK) {
        String name = "blocks." + layer + "." + part;
        blocks.add(parameters.get(name + ".weight"));
        blocks.add(parameters.get(name + ".bias"));
      }
    }
  }

  private static void requireFits(PredictorShape shape) {
    if (shape.width() != shape.inputs()) {
      throw new IllegalArgumentException(
          "this predictor has no projections: encoder gives "
              + shape.inputs()
              + ", but blocks take "
              + shape.width()
              + ". Set predictor.width to "
              + shape.inputs());
    }
    int head = shape.width() / shape.heads();
    if (head % 4 != 0) {
      throw new IllegalArgumentException(
          "places turn pairs of numbers by row and by column, so width / heads must be divisible by"
              + " 4, was "
              + head);
    }
  }

  /** Lays out a predictor under the names that Lightly gives its tensors. */
  public static ParameterLayout layout(PredictorShape shape) {
    requireFits(shape);
    int width = shape.width();
    LayoutCollector tensors = new LayoutCollector().tokens("mask_token", 1, width);
    for (int layer = 0; layer < shape.depth(); layer++) {
      String block = "blocks." + layer;
      tensors
          .norm(block + ".query_norm", width)
          .norm(block + ".context_norm", width)
          .linear(block + ".to_query", width, width)
          .stacked(block + ".to_key_value", width, 2)
          .linear(block + ".projection", width, width)
          .norm(block + ".mlp_norm", width)
          .linear(block + ".mlp.0", width, shape.hiddenWidth())
          .linear(block + ".mlp.2", shape.hiddenWidth(), width);
    }
    return tensors.norm("norm", width).layout();
  }

  /**
   * Predicts.
   *
   * @param context (B, N, D) tokens of the encoder
   * @param seen (B, N) their places, int64
   * @param hidden (B, M) places to predict, int64
   * @return (B, M, D)
   */
  public NDArray predict(
      NDArray context, NDArray seen, NDArray hidden, Precision precision, StepScope scope) {
    int columns = shape.grid().columns();
    int head = shape.width() / shape.heads();
    NDArray queries = call(scope, "ask", parameters.get("mask_token"), hidden); // (B, M, D)
    NDArray x =
        call(
            scope,
            "turned_cross_stack",
            queries,
            context,
            call(scope, "turns", hidden, columns, head),
            call(scope, "turns", seen, columns, head),
            blocks,
            shape.heads(),
            Kernels.dtype(precision));
    return call(
        scope, "norm_within", x, parameters.get("norm.weight"), parameters.get("norm.bias"), 1e-5);
  }

  private NDArray call(StepScope scope, String method, Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }
}
