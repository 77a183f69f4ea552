package dev.masquerade.model.latent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.DimensionChain;
import dev.masquerade.model.weights.LayoutCollector;
import dev.masquerade.model.weights.ParameterLayout;

/**
 * Predicts the pixels of the next patch from each token: a linear map, residual feed-forward
 * blocks, a norm and a linear map. It keeps the transformer's own tokens free of what is only good
 * for pixels.
 *
 * @see <a href="https://arxiv.org/abs/2401.08541">Scalable Pre-training of Large Autoregressive
 *     Image Models</a>
 */
public final class AimHead {

  private final KernelModule kernels;
  private final NDList weights = new NDList();

  /**
   * Dimensions of a head.
   *
   * @param inputs D, width of tokens
   * @param hidden width between the linear maps
   * @param outputs numbers of a patch
   * @param depth feed-forward blocks, at least 0
   * @param mlpRatio their hidden width over {@code hidden}
   * @param mlpBias whether their linear maps have biases
   */
  public record HeadShape(
      int inputs, int hidden, int outputs, int depth, double mlpRatio, boolean mlpBias) {
    public HeadShape {
      if (inputs < 1 || hidden < 1 || outputs < 1 || depth < 0 || !(mlpRatio > 0)) {
        throw new IllegalArgumentException(
            "a head needs positive widths and ratio and a depth of at least 0, was inputs="
                + inputs
                + " hidden="
                + hidden
                + " outputs="
                + outputs
                + " depth="
                + depth
                + " mlpRatio="
                + mlpRatio);
      }
    }

    /** Returns where an encoder, this head and the patches it predicts meet. */
    public DimensionChain between(int encoderWidth, int patchWidth) {
      return new DimensionChain()
          .joint(
              "encoder",
              encoderWidth,
              "head",
              inputs,
              "Set head.inputs to " + encoderWidth + ", or encoder.width to " + inputs)
          .joint(
              "head",
              outputs,
              "the comparison with patches",
              patchWidth,
              "Set head.outputs to " + patchWidth + ", which is patchSize x patchSize x channels");
    }
  }

  /**
   * Composes a head.
   *
   * @param kernels from {@link LatentKernels}
   * @param parameters hold {@link #layout} at their root
   */
  public AimHead(KernelModule kernels, HeadShape shape, Parameters parameters) {
    this.kernels = kernels;
    weights.add(parameters.get("blocks.0.weight"));
    for (int layer = 1; layer <= shape.depth(); layer++) {
      String block = "blocks." + layer;
      weights.add(parameters.get(block + ".norm.weight"));
      weights.add(parameters.get(block + ".norm.bias"));
      for (String map : new String[] {".mlp.fc1", ".mlp.fc2"}) {
        weights.add(parameters.get(block + map + ".weight"));
        weights.add(parameters.orAbsent(block + map + ".bias"));
      }
    }
    String last = "blocks." + (shape.depth() + 1);
    weights.add(parameters.get(last + ".weight"));
    weights.add(parameters.get(last + ".bias"));
    weights.add(parameters.get("blocks." + (shape.depth() + 2) + ".weight"));
  }

  /** Lays out a head under the names that Lightly gives its tensors. */
  public static ParameterLayout layout(HeadShape shape) {
    int width = shape.hidden();
    int inside = (int) (width * shape.mlpRatio());
    LayoutCollector tensors = new LayoutCollector().unbiased("blocks.0", shape.inputs(), width);
    for (int layer = 1; layer <= shape.depth(); layer++) {
      String block = "blocks." + layer;
      tensors.norm(block + ".norm", width);
      if (shape.mlpBias()) {
        tensors.feedForward(block + ".mlp", width, inside);
      } else {
        tensors.unbiased(block + ".mlp.fc1", width, inside);
        tensors.unbiased(block + ".mlp.fc2", inside, width);
      }
    }
    return tensors
        .norm("blocks." + (shape.depth() + 1), width)
        .unbiased("blocks." + (shape.depth() + 2), width, shape.outputs())
        .layout();
  }

  /**
   * Predicts.
   *
   * @param tokens (B, L, D)
   * @return (B, L, outputs)
   */
  public NDArray predict(NDArray tokens, Precision precision, StepScope scope) {
    return kernels
        .call(scope.manager(), "prediction_head", tokens, weights, Kernels.dtype(precision))
        .get(0);
  }
}
