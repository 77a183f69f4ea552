package dev.masquerade.modality.image;

import java.util.Arrays;

/**
 * Brings quantities of any unit and range, such as depth, to mean 0 and variance 1, image by image.
 * Mean and unbiased variance are those of the values between the 10th and the 90th percentile, so
 * that a few far points do not squeeze everything else; 1e-6 is added to the variance.
 *
 * @see <a href="https://arxiv.org/abs/2204.01678">MultiMAE, which trains on depth this way</a>
 */
public final class Standardisation {

  private static final double LOWEST = 0.1;
  private static final double HIGHEST = 0.9;
  private static final double EPSILON = 1e-6;

  private Standardisation() {}

  /**
   * Standardises one image in place.
   *
   * @param values in any order; of images too small to have a variance, all become 0
   */
  public static void apply(float[] values) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    int from = (int) (LOWEST * sorted.length);
    int to = (int) (HIGHEST * sorted.length);
    int count = to - from;
    if (count < 2) {
      Arrays.fill(values, 0);
      return;
    }
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += sorted[i];
    }
    double mean = sum / count;
    double squares = 0;
    for (int i = from; i < to; i++) {
      squares += (sorted[i] - mean) * (sorted[i] - mean);
    }
    double deviation = Math.sqrt(squares / (count - 1) + EPSILON);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((values[i] - mean) / deviation);
    }
  }
}
