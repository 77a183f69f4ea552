package dev.masquerade.train.probe;

import java.util.Arrays;

/**
 * What a head is to answer, as shares of classes: one class, smoothed, or two classes of mixed
 * pictures.
 */
final class SoftTargets {

  private SoftTargets() {}

  /**
   * Returns targets of single classes.
   *
   * @param smoothing share that all classes have together, in {@code [0, 1)}
   * @return (B, C)
   */
  static float[] of(int[] labels, int classes, double smoothing) {
    double[] own = new double[labels.length];
    Arrays.fill(own, 1);
    return mixed(labels, labels, own, classes, smoothing);
  }

  /**
   * Returns targets of mixed pictures.
   *
   * @param labels of the pictures
   * @param partners of what was mixed into them
   * @param own share of each picture that is its own, in {@code [0, 1]}
   * @return (B, C)
   */
  static float[] mixed(int[] labels, int[] partners, double[] own, int classes, double smoothing) {
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException(
          "label smoothing must be at least 0 and less than 1, was " + smoothing);
    }
    double off = smoothing / classes;
    double on = 1 - smoothing + off;
    float[] targets = new float[labels.length * classes];
    for (int row = 0; row < labels.length; row++) {
      double share = own[row];
      for (int kind = 0; kind < classes; kind++) {
        double first = kind == labels[row] ? on : off;
        double second = kind == partners[row] ? on : off;
        targets[row * classes + kind] = (float) (share * first + (1 - share) * second);
      }
    }
    return targets;
  }
}
