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
   * Mean over classes of intersection over union, pixels of all frames together; classes that
   * neither prediction nor truth has do not count.
   */
  static final class ClassOverlap implements FrameMetric {
    private final long[] both;
    private final long[] predicted;
    private final long[] actual;

    ClassOverlap(int classes) {
      both = new long[classes];
      predicted = new long[classes];
      actual = new long[classes];
    }

    @Override
    public void add(Planes prediction, FrameTruth truth) {
      char[] classes = truth.classes();
      for (int pixel = 0; pixel < classes.length; pixel++) {
        int guess = likeliestClass(prediction, pixel);
        predicted[guess]++;
        actual[classes[pixel]]++;
        if (guess == classes[pixel]) {
          both[guess]++;
        }
      }
    }

    @Override
    public double value() {
      double sum = 0;
      int seen = 0;
      for (int c = 0; c < both.length; c++) {
        long union = predicted[c] + actual[c] - both[c];
        if (union > 0) {
          sum += (double) both[c] / union;
          seen++;
        }
      }
      return seen == 0 ? Double.NaN : sum / seen;
    }
  }

  /** Share of pixels whose class is right. */
  static final class ClassAccuracy implements FrameMetric {
    private long right;
    private long all;

    @Override
    public void add(Planes prediction, FrameTruth truth) {
      char[] classes = truth.classes();
      for (int pixel = 0; pixel < classes.length; pixel++) {
        right += likeliestClass(prediction, pixel) == classes[pixel] ? 1 : 0;
      }
      all += classes.length;
    }

    @Override
    public double value() {
      return (double) right / all;
    }
  }

  /** Mean of the absolute error divided by the true distance; pixels without one do not count. */
  static final class RelativeError implements FrameMetric {
    private final boolean objectsOnly;
    private double sum;
    private long count;

    RelativeError(boolean objectsOnly) {
      this.objectsOnly = objectsOnly;
    }

    @Override
    public void add(Planes prediction, FrameTruth truth) {
      boolean[] objects = truth.objects();
      for (int pixel = 0; pixel < truth.values().length; pixel++) {
        float distance = truth.values()[pixel];
        if (distance > 0 && (!objectsOnly || objects != null && objects[pixel])) {
          sum += Math.abs(prediction.values()[pixel] - distance) / distance;
          count++;
        }
      }
    }

    @Override
    public double value() {
      return sum / count;
    }
  }

  /** Mean angle between predicted and true directions, in degrees. */
  static final class Angle implements FrameMetric {
    private double sum;
    private long count;

    @Override
    public void add(Planes prediction, FrameTruth truth) {
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
          sum += Math.toDegrees(Math.acos(Math.max(-1, Math.min(1, cosine))));
          count++;
        }
      }
    }

    @Override
    public double value() {
      return sum / count;
    }
  }

  /** Mean absolute error of colours in {@code [0, 1]}. */
  static final class ColourError implements FrameMetric {
    private double sum;
    private long count;

    @Override
    public void add(Planes prediction, FrameTruth truth) {
      for (int i = 0; i < truth.values().length; i++) {
        sum += Math.abs(clamped(prediction.values()[i]) - truth.values()[i]);
      }
      count += truth.values().length;
    }

    @Override
    public double value() {
      return sum / count;
    }
  }

  /** Mean over frames of the peak signal-to-noise ratio, in decibels. */
  static final class SignalToNoise implements FrameMetric {
    private static final double LEAST_ERROR = 1e-10;
    private double sum;
    private long frames;

    @Override
    public void add(Planes prediction, FrameTruth truth) {
      double squares = 0;
      for (int i = 0; i < truth.values().length; i++) {
        double error = clamped(prediction.values()[i]) - truth.values()[i];
        squares += error * error;
      }
      double mean = Math.max(LEAST_ERROR, squares / truth.values().length);
      sum += -10 * Math.log10(mean);
      frames++;
    }

    @Override
    public double value() {
      return sum / frames;
    }
  }

  private static float clamped(float value) {
    return Math.max(0, Math.min(1, value));
  }
}
