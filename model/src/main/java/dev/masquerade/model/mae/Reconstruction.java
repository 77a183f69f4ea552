package dev.masquerade.model.mae;

import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.TokenLayout;

/**
 * What a masked autoencoder makes of a batch, on the host, in the normalised space of its input.
 */
public final class Reconstruction {

  /** A picture of one row. */
  public enum Panel {
    /** The true image; 0 at places whose content is not known. */
    ORIGINAL,
    /** The seen patches, 0 elsewhere. */
    MASKED,
    /** The prediction at every place. */
    PREDICTED,
    /** The seen patches, and the prediction elsewhere. */
    PASTED
  }

  private final TokenLayout.Grid grid;
  private final int patchSize;
  private final int channels;
  private final float[] predicted;
  private final float[] original;
  private final boolean[] seen;

  /**
   * Takes what was computed; the arrays are not copied.
   *
   * @param predicted (B, L, patchSize * patchSize * channels)
   * @param original of the same shape
   * @param seen (B, L)
   */
  Reconstruction(
      TokenLayout.Grid grid,
      int patchSize,
      int channels,
      float[] predicted,
      float[] original,
      boolean[] seen) {
    this.grid = grid;
    this.patchSize = patchSize;
    this.channels = channels;
    this.predicted = predicted;
    this.original = original;
    this.seen = seen;
  }

  /** Returns B. */
  public int rows() {
    return seen.length / grid.places();
  }

  /** Returns the height of an image in pixels. */
  public int height() {
    return grid.rows() * patchSize;
  }

  /** Returns the width of an image in pixels. */
  public int width() {
    return grid.columns() * patchSize;
  }

  /** Returns the channels of an image. */
  public int channels() {
    return channels;
  }

  /** Says whether the encoder saw a place. */
  public boolean seen(int row, int place) {
    return seen[row * grid.places() + place];
  }

  /**
   * Folds patches back to an image.
   *
   * @return (height, width, channels), channel fastest, normalised
   */
  public float[] values(int row, Panel panel) {
    float[] image = new float[height() * width() * channels];
    int run = patchSize * channels;
    for (int place = 0; place < grid.places(); place++) {
      int patch = row * grid.places() + place;
      float[] source =
          switch (panel) {
            case ORIGINAL, MASKED -> original;
            case PREDICTED -> predicted;
            case PASTED -> seen[patch] ? original : predicted;
          };
      if (panel == Panel.MASKED && !seen[patch]) {
        continue;
      }
      int top = place / grid.columns() * patchSize;
      int left = place % grid.columns() * patchSize;
      for (int y = 0; y < patchSize; y++) {
        System.arraycopy(
            source,
            (patch * patchSize + y) * run,
            image,
            ((top + y) * width() + left) * channels,
            run);
      }
    }
    return image;
  }

  /**
   * Returns an image as 8-bit samples: statistics are put back, and what is over is cut off.
   *
   * @return (height, width, channels), channel fastest
   */
  public byte[] samples(int row, Panel panel, ChannelStatistics statistics) {
    float[] values = values(row, panel);
    double[] mean = new double[channels];
    double[] deviation = new double[channels];
    for (int c = 0; c < channels; c++) {
      mean[c] = asWritten(statistics.mean().get(c));
      deviation[c] = asWritten(statistics.deviation().get(c));
    }
    byte[] samples = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      int c = i % channels;
      double sample = (values[i] * deviation[c] + mean[c]) * 255;
      samples[i] = (byte) (int) Math.min(255, Math.max(0, sample));
    }
    return samples;
  }

  /** Returns the decimal that a float was written as, so that 0.485f is 0.485. */
  private static double asWritten(float value) {
    return Double.parseDouble(Float.toString(value));
  }
}
