package dev.masquerade.train.reconstruct;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;

/** The mean of pictures, pixel by pixel, in normalised units. */
final class MeanPicture {

  private final double[] sums;
  private int rows;

  MeanPicture(int values) {
    this.sums = new double[values];
  }

  /** Adds the pictures of a batch whose every patch is seen or predicted. */
  void add(MaskedBatch batch) {
    MaskedBatch.Part part = batch.parts().get(0);
    for (int row = 0; row < batch.rows(); row++) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += value(part, row * sums.length + i);
      }
    }
    rows += batch.rows();
  }

  private static double value(MaskedBatch.Part part, int index) {
    if (part.spec.space() instanceof TokenSpace.Pixels pixels) {
      int channel = index % pixels.statistics().channels();
      return ((part.pixels[index] & 0xff) / 255.0 - pixels.statistics().mean().get(channel))
          / pixels.statistics().deviation().get(channel);
    }
    return part.vectors[index];
  }

  /** Returns (height, width, channels). */
  float[] image(TokenLayout.Grid grid, int patchSize, int channels) {
    float[] image = new float[sums.length];
    int run = patchSize * channels;
    for (int i = 0; i < sums.length; i++) {
      int patch = i / (patchSize * run);
      int y = patch / grid.columns() * patchSize + i % (patchSize * run) / run;
      int x = patch % grid.columns() * run + i % run;
      image[y * grid.columns() * run + x] = (float) (sums[i] / Math.max(1, rows));
    }
    return image;
  }
}
