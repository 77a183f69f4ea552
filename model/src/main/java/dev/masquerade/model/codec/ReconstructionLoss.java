package dev.masquerade.model.codec;

/** How what is decoded is compared with what was encoded; always a mean. */
public enum ReconstructionLoss {
  /** The squared error of every number. */
  MSE,
  /** The absolute error of every number. */
  L1,
  /** Half the squared error below 1, and the absolute error less 1/2 above. */
  SMOOTH_L1,
  /** The cross-entropy of every pixel's class, in nats; pixels without a class do not count. */
  CROSS_ENTROPY,
  /** 1 less the cosine between the channels of every pixel, for features. */
  COSINE
}
