package dev.masquerade.model.byol;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.parameter.Parameters;
import dev.masquerade.model.weights.ParameterSpec;
import java.util.function.Supplier;

/**
 * The heads of BYOL over the features of any backbone, its loss, and its slow average. Parameters
 * are named {@code backbone.*}, {@code projection_head.*}, {@code prediction_head.*}, and {@code
 * backbone_momentum.*} and {@code projection_head_momentum.*} for the average.
 */
public final class TwoViews {

  /** Prefix of the backbone. */
  public static final String BACKBONE = "backbone.";

  /** Prefix of the backbone's slow average. */
  public static final String BACKBONE_AVERAGE = "backbone_momentum.";

  static final String PROJECTION = "projection_head.";
  static final String PROJECTION_AVERAGE = "projection_head_momentum.";
  static final String PREDICTION = "prediction_head.";

  private final KernelModule kernels;
  private final ByolHead projection;
  private final ByolHead prediction;
  private final ByolHead projectionAverage;
  private final NDList sources = new NDList();
  private final NDList averages = new NDList();

  /**
   * Looks up heads and averages.
   *
   * @param kernels of a model, with {@link dev.masquerade.model.engine.Kernels#BYOL}
   */
  public TwoViews(KernelModule kernels, Parameters parameters) {
    this.kernels = kernels;
    this.projection = new ByolHead(kernels, parameters.under(PROJECTION));
    this.prediction = new ByolHead(kernels, parameters.under(PREDICTION));
    this.projectionAverage = new ByolHead(kernels, parameters.under(PROJECTION_AVERAGE));
    // What is trained is averaged. Running statistics are not: those of the average are its own.
    for (ParameterSpec spec : parameters.trainable()) {
      String average = averageOf(spec.name());
      if (parameters.layout().contains(average)) {
        sources.add(parameters.get(spec.name()));
        averages.add(parameters.get(average));
      }
    }
  }

  private static String averageOf(String name) {
    if (name.startsWith(BACKBONE)) {
      return BACKBONE_AVERAGE + name.substring(BACKBONE.length());
    }
    return name.startsWith(PROJECTION)
        ? PROJECTION_AVERAGE + name.substring(PROJECTION.length())
        : "";
  }

  /**
   * One view seen by the network and by its average.
   *
   * @param prediction (B, outputs) of the network
   * @param target (B, outputs) of the average, without gradients
   */
  public record Seen(NDArray prediction, NDArray target) {}

  /**
   * Projects and predicts one view. Statistics move in the order of the calls: network first, then
   * average.
   *
   * @param online computes (B, D) of the network's backbone
   * @param average computes (B, D) of the average's backbone
   * @param training whether heads normalise by the batch
   */
  public Seen see(
      Supplier<NDArray> online,
      Supplier<NDArray> average,
      boolean training,
      Precision precision,
      StepScope scope) {
    NDArray projected = projection.apply(online.get(), training, precision, scope);
    NDArray predicted = prediction.apply(projected, training, precision, scope);
    NDArray target =
        kernels.withoutGradients(
            () -> projectionAverage.apply(average.get(), training, precision, scope));
    return new Seen(predicted, target);
  }

  /**
   * Compares what is predicted of each view with the target of the other: the mean over samples and
   * over both directions of {@code -cos(p, z)}, where norms below 1e-8 count as 1e-8. The paper
   * sums the directions; the mean, as Lightly has it, halves the loss and so acts like half the
   * learning rate where the optimiser does not scale by gradients.
   *
   * @return a scalar in [-1, 1], owned by the scope
   */
  public NDArray loss(Seen first, Seen second, StepScope scope) {
    return kernels
        .call(
            scope.manager(),
            "symmetric_loss",
            first.prediction(),
            first.target(),
            second.prediction(),
            second.target())
        .get(0);
  }

  /**
   * Moves the average: {@code momentum} times itself plus {@code 1 - momentum} times the network.
   *
   * @param momentum in [0, 1]
   */
  public void follow(double momentum, StepScope scope) {
    kernels.callWithoutGradients(scope.manager(), "move_averages", averages, sources, momentum);
  }
}
