package dev.masquerade.model.byol;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.InitRule;
import dev.masquerade.model.weights.LayoutCollector;
import dev.masquerade.model.weights.ParameterLayout;
import java.util.List;

/**
 * A projection or prediction head. The linear map before the batch norm has no bias, which the norm
 * would take away again. Running statistics follow batches with momentum 0.1 and unbiased variance;
 * the norm adds 1e-5 to variances.
 */
public final class ByolHead {

  private static final InitRule ZEROS = new InitRule.Constant(0);
  private static final InitRule ONES = new InitRule.Constant(1);

  private static final List<String> ORDER =
      List.of(
          "layers.0.weight",
          "layers.1.weight",
          "layers.1.bias",
          "layers.1.running_mean",
          "layers.1.running_var",
          "layers.3.weight",
          "layers.3.bias");

  private final KernelModule kernels;
  private final NDList weights = new NDList();

  /**
   * Looks up the weights of a head.
   *
   * @param kernels with {@link Kernels#BYOL}
   * @param parameters hold {@link #layout} at their root
   */
  public ByolHead(KernelModule kernels, Parameters parameters) {
    this.kernels = kernels;
    ORDER.forEach(name -> weights.add(parameters.get(name)));
  }

  /** Lays out a head under the names that Lightly gives its tensors. */
  public static ParameterLayout layout(HeadShape shape) {
    int hidden = shape.hidden();
    return new LayoutCollector()
        .unbiased("layers.0", shape.inputs(), hidden)
        .norm("layers.1", hidden)
        .fixed("layers.1.running_mean", ZEROS, hidden)
        .fixed("layers.1.running_var", ONES, hidden)
        .linear("layers.3", hidden, shape.outputs())
        .layout();
  }

  /**
   * Applies the head.
   *
   * @param x (B, inputs) float32
   * @param training whether to normalise by this batch, of at least 2 rows, and to move the running
   *     statistics; otherwise they are used as they are
   * @return (B, outputs) float32, owned by the scope
   */
  public NDArray apply(NDArray x, boolean training, Precision precision, StepScope scope) {
    return kernels
        .call(scope.manager(), "projection", x, weights, training, Kernels.dtype(precision))
        .get(0);
  }
}
