package dev.masquerade.train.probe;

/** A way of asking frozen features what they know of classes. Deterministic. */
public interface Probe {

  /**
   * Learns from some samples and classifies others.
   *
   * @param train samples to learn from
   * @param test held-out samples of the same classes and width
   * @throws IllegalArgumentException if the two do not belong together
   */
  ProbeResult measure(LabelledFeatures train, LabelledFeatures test);
}
