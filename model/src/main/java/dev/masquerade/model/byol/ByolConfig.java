package dev.masquerade.model.byol;

import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.weights.DimensionChain;

/**
 * Dimensions and choices of a network that learns from two views.
 *
 * @param backbone a vision transformer without a head; its pooling gives one vector per view
 * @param projection after the backbone
 * @param prediction after the projection
 * @param momentum of the slow average at the first step, in [0, 1]; rises to 1 along half a cosine
 *     wave over the run
 */
public record ByolConfig(
    VitConfig backbone, HeadShape projection, HeadShape prediction, double momentum) {

  /** Where the paper starts. */
  public static final double START_MOMENTUM = 0.996;

  public ByolConfig {
    if (!(momentum >= 0 && momentum <= 1)) {
      throw new IllegalArgumentException("momentum must lie in [0, 1], was " + momentum);
    }
    if (backbone.classes() != 0) {
      throw new IllegalArgumentException(
          "a backbone has no head of its own: classes must be 0, was " + backbone.classes());
    }
  }

  /** Returns a configuration whose heads fit a backbone and each other. */
  public static ByolConfig of(VitConfig backbone, int hidden, int outputs) {
    return new ByolConfig(
        backbone,
        new HeadShape(backbone.width(), hidden, outputs),
        new HeadShape(outputs, hidden, outputs),
        START_MOMENTUM);
  }

  /** Returns where backbone and heads meet. */
  public DimensionChain chain() {
    return chain(backbone.width(), projection, prediction);
  }

  /**
   * Returns where a backbone of any kind and the heads meet.
   *
   * @param features width of what the backbone gives
   */
  public static DimensionChain chain(int features, HeadShape projection, HeadShape prediction) {
    return new DimensionChain()
        .joint(
            "backbone",
            features,
            "projection",
            projection.inputs(),
            "Set projection.inputs to "
                + features
                + ", or backbone.width to "
                + projection.inputs())
        .joint(
            "projection",
            projection.outputs(),
            "prediction",
            prediction.inputs(),
            "Set prediction.inputs to "
                + projection.outputs()
                + ", or projection.outputs to "
                + prediction.inputs())
        .joint(
            "prediction",
            prediction.outputs(),
            "the comparison with the projection of the other view",
            projection.outputs(),
            "Set prediction.outputs to " + projection.outputs());
  }

  /**
   * Returns the momentum of the average before step {@code step} of a run.
   *
   * @param step from 0; at the last, {@code steps - 1}, and later the average stands still
   */
  public double momentum(long step, long steps) {
    if (step >= steps - 1) {
      return 1;
    }
    double wave = (Math.cos(Math.PI * step / (steps - 1)) + 1) / 2;
    return 1 - (1 - momentum) * wave;
  }
}
