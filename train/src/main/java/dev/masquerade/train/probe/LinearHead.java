package dev.masquerade.train.probe;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * A batch norm without scale and shift and a linear map, with their gradients. The norm makes
 * features of any scale fit for one learning rate and adds nothing that is trained.
 */
final class LinearHead implements AutoCloseable {

  private static final String KERNELS = "/dev/masquerade/train/probe/linear_probe.py";
  private static final double EPSILON = 1e-6;
  private static final double MOMENTUM = 0.1;

  private final KernelModule kernels = KernelModule.load(LinearHead.class, KERNELS);
  private final NDManager manager;
  private final NDArray weight;
  private final NDArray bias;
  private final NDArray mean;
  private final NDArray variance;
  private final int classes;

  /**
   * Starts with a bias of 0.
   *
   * @param weights (C, D)
   * @param parent what the head holds lives on a manager below it
   */
  LinearHead(float[] weights, int width, int classes, NDManager parent) {
    this.classes = classes;
    this.manager = parent.newSubManager();
    this.weight = manager.create(weights, new Shape(classes, width));
    this.bias = manager.zeros(new Shape(classes), DataType.FLOAT32);
    this.mean = manager.zeros(new Shape(width), DataType.FLOAT32);
    this.variance = manager.ones(new Shape(width), DataType.FLOAT32);
  }

  /**
   * Draws starting weights, normal with mean 0.
   *
   * @return (C, D)
   */
  static float[] startingWeights(
      int width, int classes, double deviation, UniformRandomProvider rng) {
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(rng);
    float[] weights = new float[classes * width];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (normal.sample() * deviation);
    }
    return weights;
  }

  /** Returns what is trained, by name. */
  Map<String, NDArray> parameters() {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    parameters.put("weight", weight);
    parameters.put("bias", bias);
    return parameters;
  }

  /** Returns the running mean (D) of features. */
  NDArray runningMean() {
    return mean;
  }

  /** Returns the running variance (D) of features. */
  NDArray runningVariance() {
    return variance;
  }

  /** Overwrites one of the head's arrays. */
  void assign(NDArray target, float[] values) {
    try (NDManager scratch = manager.newSubManager()) {
      kernels.callWithoutGradients(
          scratch, "assign", target, scratch.create(values, target.getShape()));
    }
  }

  /**
   * What a batch gave, on the scope of the call.
   *
   * @param logits (B, C)
   * @param loss one number
   * @param gradients of weight and bias
   */
  record Trained(NDArray logits, NDArray loss, NDList gradients) {}

  /**
   * Computes loss and gradients of a batch and lets the statistics run on.
   *
   * @param features (B, D), at least two rows
   * @param targets (B, C), rows that sum to 1
   */
  Trained train(StepScope scope, NDArray features, NDArray targets) {
    NDList found =
        kernels.callWithoutGradients(
            scope.manager(),
            "train_head",
            features,
            mean,
            variance,
            weight,
            bias,
            targets,
            MOMENTUM,
            EPSILON);
    return new Trained(found.get(0), found.get(1), new NDList(found.get(2), found.get(3)));
  }

  /** Returns (B, C) logits by the running statistics. */
  NDArray logits(StepScope scope, NDArray features) {
    return kernels
        .callWithoutGradients(
            scope.manager(), "apply_head", features, mean, variance, weight, bias, EPSILON)
        .get(0);
  }

  /** Returns (B, C) targets of class numbers. */
  NDArray targets(StepScope scope, NDArray labels, double smoothing) {
    return kernels
        .callWithoutGradients(scope.manager(), "class_targets", labels, classes, smoothing)
        .get(0);
  }

  /** Returns the mean cross-entropy of logits against targets. */
  double loss(StepScope scope, NDArray logits, NDArray targets) {
    return kernels
        .callWithoutGradients(scope.manager(), "soft_cross_entropy", logits, targets)
        .get(0)
        .toFloatArray()[0];
  }

  /** Returns rows of a table by their numbers. */
  NDArray rows(StepScope scope, NDArray table, NDArray numbers) {
    return kernels.callWithoutGradients(scope.manager(), "rows", table, numbers).get(0);
  }

  @Override
  public void close() {
    manager.close();
    kernels.close();
  }
}
