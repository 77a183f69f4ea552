package dev.masquerade.train.reconstruct;

import dev.masquerade.model.mae.Reconstruction;
import dev.masquerade.model.mae.Reconstruction.Panel;

/** Adds up squared errors over removed pixels, of a model and of answers without one. */
final class ReconstructionErrors {

  private final float[] meanPicture;
  private final int patchSize;
  private double model;
  private double meanPatch;
  private double seenMean;
  private long values;
  private int samples;

  /**
   * Starts at nothing.
   *
   * @param meanPicture (height, width, channels) mean of training pictures
   * @param patchSize edge of a patch in pixels
   */
  ReconstructionErrors(float[] meanPicture, int patchSize) {
    this.meanPicture = meanPicture;
    this.patchSize = patchSize;
  }

  /** Adds one picture. */
  void add(Reconstruction reconstruction, int row) {
    float[] truth = reconstruction.values(row, Panel.ORIGINAL);
    float[] predicted = reconstruction.values(row, Panel.PREDICTED);
    int channels = reconstruction.channels();
    float[] seen = meanOfSeen(reconstruction, row, truth);
    for (int i = 0; i < truth.length; i++) {
      if (!seen(reconstruction, row, i / channels)) {
        model += square(predicted[i] - truth[i]);
        meanPatch += square(meanPicture[i] - truth[i]);
        seenMean += square(seen[i % channels] - truth[i]);
        values++;
      }
    }
    samples++;
  }

  private float[] meanOfSeen(Reconstruction reconstruction, int row, float[] truth) {
    int channels = reconstruction.channels();
    double[] sums = new double[channels];
    int pixels = 0;
    for (int pixel = 0; pixel < truth.length / channels; pixel++) {
      if (seen(reconstruction, row, pixel)) {
        for (int c = 0; c < channels; c++) {
          sums[c] += truth[pixel * channels + c];
        }
        pixels++;
      }
    }
    float[] mean = new float[channels];
    for (int c = 0; c < channels; c++) {
      mean[c] = (float) (sums[c] / Math.max(1, pixels));
    }
    return mean;
  }

  private boolean seen(Reconstruction reconstruction, int row, int pixel) {
    int y = pixel / reconstruction.width() / patchSize;
    int x = pixel % reconstruction.width() / patchSize;
    return reconstruction.seen(row, y * (reconstruction.width() / patchSize) + x);
  }

  private static double square(double difference) {
    return difference * difference;
  }

  int samples() {
    return samples;
  }

  ReconstructionReport report(String run, long step) {
    return new ReconstructionReport(
        run, step, samples, model / values, meanPatch / values, seenMean / values);
  }
}
