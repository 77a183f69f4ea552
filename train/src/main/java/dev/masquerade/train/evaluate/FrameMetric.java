package dev.masquerade.train.evaluate;

import dev.masquerade.modality.Planes;

/**
 * Compares predicted frames with the truth. What a frame contributes is a few sums, so that a frame
 * that is compared again and again need be looked at but once.
 */
interface FrameMetric {

  /** Returns what one frame contributes: as many sums as for every other frame. */
  double[] sums(Planes prediction, FrameTruth truth);

  /**
   * Returns the measure over frames.
   *
   * @param totals their sums, added up
   */
  double value(double[] totals);

  /** Adds up frames of one measure. */
  final class Total {
    private final FrameMetric metric;
    private double[] totals = new double[0];

    Total(FrameMetric metric) {
      this.metric = metric;
    }

    /** Adds what a frame contributes. */
    void add(double[] sums) {
      if (totals.length == 0) {
        totals = new double[sums.length];
      }
      for (int i = 0; i < sums.length; i++) {
        totals[i] += sums[i];
      }
    }

    /** Returns the measure; NaN before the first frame. */
    double value() {
      return totals.length == 0 ? Double.NaN : metric.value(totals);
    }
  }
}
