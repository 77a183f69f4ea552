package dev.masquerade.model.latent;

import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.weights.DimensionChain;

/**
 * Dimensions of a predictor over the patches of a grid.
 *
 * @param grid of the encoder's patches
 * @param inputs D, width of the tokens it takes and gives
 * @param width d inside; equal to inputs for a predictor without projections
 * @param depth blocks, at least 1
 * @param heads attention heads
 * @param mlpRatio hidden width of feed-forward parts over d
 */
public record PredictorShape(
    TokenLayout.Grid grid, int inputs, int width, int depth, int heads, double mlpRatio) {

  public PredictorShape {
    VitConfig.requireStack("width", width, "heads", heads, "mlpRatio", mlpRatio);
    if (inputs < 1 || depth < 1) {
      throw new IllegalArgumentException(
          "inputs and depth must be at least 1, were " + inputs + " and " + depth);
    }
  }

  /** Returns the hidden width of feed-forward parts. */
  public int hiddenWidth() {
    return (int) (width * mlpRatio);
  }

  /** Returns where an encoder of a given width and this predictor meet. */
  public DimensionChain after(int encoderWidth) {
    return new DimensionChain()
        .joint(
            "encoder",
            encoderWidth,
            "predictor",
            inputs,
            "Set predictor.inputs to " + encoderWidth + ", or encoder.width to " + inputs);
  }
}
