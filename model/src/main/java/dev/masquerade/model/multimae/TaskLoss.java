package dev.masquerade.model.multimae;

/** How predictions of a task are compared with its pixels. */
public enum TaskLoss {
  /** The mean squared error. */
  MSE,
  /** The mean absolute error. */
  L1,
  /** The mean cross-entropy of classes, in nats. Pixels without a class do not count. */
  CROSS_ENTROPY
}
