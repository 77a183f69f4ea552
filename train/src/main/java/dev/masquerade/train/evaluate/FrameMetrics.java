package dev.masquerade.train.evaluate;

import dev.masquerade.modality.Planes;

/** The measures of picture-like targets. */
final class FrameMetrics {

  private FrameMetrics() {}

  /** Returns the class with the largest value at a pixel. */
  static int likeliestClass(Planes planes, int pixel) {
    int pixels = planes.height() * planes.width();
    float[] values = planes.values();
    int best = 0;
    for (int c = 1; c < planes.channels(); c++) {
      if (values[c * pixels + pixel] > values[best * pixels + pixel]) {
        best = c;
      }
    }
    return best;
  }

  /**
   * Mean over classes of intersection over union, pixels of all frames together; pixels whose true
   * class is not known do not count, nor do classes that neither prediction nor truth has.
   *
   * @param classes number of classes
   */
  record ClassOverlap(int classes) implements FrameMetric {

    /** Returns per class pixels that have it in both, in the prediction and in the truth. */
    @Override
    public double[] sums(Planes prediction, FrameTruth truth) {
      double[] sums = new double[3 * classes];
      for (int pixel = 0; pixel < truth.classes().length; pixel++) {
        char actual = truth.classes()[pixel];
        if (actual == FrameTruth.NO_CLASS) {
          continue;
        }
        int guess = likeliestClass(prediction, pixel);
        sums[classes + guess]++;
        sums[2 * classes + actual]++;
        if (guess == actual) {
          sums[guess]++;
        }
      }
      return sums;
    }

    @Override
    public double value(double[] totals) {
      double sum = 0;
      int seen = 0;
      for (int c = 0; c < classes; c++) {
        double union = totals[classes + c] + totals[2 * classes + c] - totals[c];
        if (union > 0) {
          sum += totals[c] / union;
          seen++;
        }
      }
      return seen == 0 ? Double.NaN : sum / seen;
    }
  }

  /** A sum divided by how much was added up. */
  private abstract static class Mean implements FrameMetric {
    @Override
    public double value(double[] totals) {
      return totals[0] / totals[1];
    }
  }

  /** Share of pixels whose class is right; those whose true class is not known do not count. */
  static final class ClassAccuracy extends Mean {
    @Override
    public double[] sums(Planes prediction, FrameTruth truth) {
      double[] sums = new double[2];
      for (int pixel = 0; pixel < truth.classes().length; pixel++) {
        char actual = truth.classes()[pixel];
        if (actual != FrameTruth.NO_CLASS) {
          sums[0] += likeliestClass(prediction, pixel) == actual ? 1 : 0;
          sums[1]++;
        }
      }
      return sums;
    }
  }

  /** Mean of the absolute error divided by the true distance; pixels without one do not count. */
  static final class RelativeError extends Mean {
    private final boolean objectsOnly;

    RelativeError(boolean objectsOnly) {
      this.objectsOnly = objectsOnly;
    }

    @Override
    public double[] sums(Planes prediction, FrameTruth truth) {
      double[] sums = new double[2];
      boolean[] objects = truth.objects();
      for (int pixel = 0; pixel < truth.values().length; pixel++) {
        float distance = truth.values()[pixel];
        if (distance > 0 && (!objectsOnly || objects != null && objects[pixel])) {
          sums[0] += Math.abs(prediction.values()[pixel] - distance) / distance;
          sums[1]++;
        }
      }
      return sums;
    }
  }

  /** Mean angle between predicted and true directions, in degrees. */
  static final class Angle extends Mean {
    @Override
    public double[] sums(Planes prediction, FrameTruth truth) {
      double[] sums = new double[2];
      int pixels = truth.values().length / 3;
      for (int pixel = 0; pixel < pixels; pixel++) {
        double dot = 0;
        double predicted = 0;
        double actual = 0;
        for (int axis = 0; axis < 3; axis++) {
          double p = prediction.values()[axis * pixels + pixel];
          double t = truth.values()[axis * pixels + pixel];
          dot += p * t;
          predicted += p * p;
          actual += t * t;
        }
        if (actual > 0) {
          // A prediction without a direction is as wrong as one at a right angle.
          double cosine = predicted == 0 ? 0 : dot / Math.sqrt(predicted * actual);
          sums[0] += Math.toDegrees(Math.acos(Math.max(-1, Math.min(1, cosine))));
          sums[1]++;
        }
      }
      return sums;
    }
  }

  /** Mean absolute error of colours in {@code [0, 1]}. */
  static final class ColourError extends Mean {
    @Override
    public double[] sums(Planes prediction, FrameTruth truth) {
      double sum = 0;
      for (int i = 0; i < truth.values().length; i++) {
        sum += Math.abs(clamped(prediction.values()[i]) - truth.values()[i]);
      }
      return new double[] {sum, truth.values().length};
    }
  }

  /** Mean over frames of the peak signal-to-noise ratio, in decibels. */
  static final class SignalToNoise extends Mean {
    private static final double LEAST_ERROR = 1e-10;

    @Override
    public double[] sums(Planes prediction, FrameTruth truth) {
      double squares = 0;
      for (int i = 0; i < truth.values().length; i++) {
        double error = clamped(prediction.values()[i]) - truth.values()[i];
        squares += error * error;
      }
      double mean = Math.max(LEAST_ERROR, squares / truth.values().length);
      return new double[] {-10 * Math.log10(mean), 1};
    }
  }

  private static float clamped(float value) {
    return Math.max(0, Math.min(1, value));
  }
}
