package dev.masquerade.model.multimae;

import ai.djl.ndarray.NDArray;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.DimensionChain;
import dev.masquerade.model.weights.InitRule;
import dev.masquerade.model.weights.LayoutCollector;
import dev.masquerade.model.weights.ParameterLayout;

/** Scores of classes from pooled features of an encoder: a norm, then a linear map. */
public final class LinearOutput {

  private final KernelModule kernels;
  private final Parameters parameters;

  /**
   * Looks up the weights.
   *
   * @param kernels of a model
   * @param parameters hold {@link #layout} at their root
   */
  public LinearOutput(KernelModule kernels, Parameters parameters) {
    this.kernels = kernels;
    this.parameters = parameters;
  }

  /**
   * Lays out an output under the names of the reference, {@code norm} and {@code head}.
   *
   * @param dim D
   * @param classes at least 1
   */
  public static ParameterLayout layout(int dim, int classes) {
    return new LayoutCollector()
        .norm("norm", dim)
        .weight("head.weight", new InitRule.Normal(0.02), classes, dim)
        .weight("head.bias", new InitRule.Constant(0), classes)
        .layout();
  }

  /** Returns where an encoder and an output for tokens of width {@code dim} meet. */
  public static DimensionChain after(MultiMaeConfig config, int dim) {
    return new DimensionChain()
        .joint(
            "encoder",
            config.dim(),
            "linear output",
            dim,
            "Lay out the output with dim " + config.dim() + ", or set dim of the model to " + dim);
  }

  /**
   * Computes scores.
   *
   * @param pooled (B, D) from {@link MultiMaeNetwork#pooled}
   * @return (B, classes), owned by the scope
   */
  public NDArray scores(NDArray pooled, Precision precision, StepScope scope) {
    NDArray normed =
        kernels
            .call(
                scope.manager(),
                "norm",
                pooled,
                parameters.get("norm.weight"),
                parameters.get("norm.bias"))
            .get(0);
    return kernels
        .call(
            scope.manager(),
            "output_head",
            normed,
            parameters.get("head.weight"),
            parameters.get("head.bias"),
            Kernels.dtype(precision))
        .get(0);
  }
}
