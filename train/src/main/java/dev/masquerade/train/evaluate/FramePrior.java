package dev.masquerade.train.evaluate;

import dev.masquerade.modality.Planes;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/*
 * The best answer that is the same for every input, pixel by pixel, for the measure it is compared
 * by: for the absolute relative error |p - t| / t that is the median weighted by 1 / t, for squared
 * errors of colours the mean, for absolute ones the median, for angles about the mean direction, for
 * overlaps the most frequent class.
 */
/** Constant frames made from training samples. */
final class FramePrior {

  private FramePrior() {}

  /**
   * Returns the most frequent class of each pixel, as planes with a 1. Where no sample has a class,
   * it is the most frequent one of all pixels.
   */
  static Planes mostFrequentClass(List<FrameTruth> truths, int classes, int height, int width) {
    int pixels = height * width;
    Planes planes = Planes.zeros(classes, height, width);
    int[] everywhere = new int[classes];
    truths.forEach(truth -> IntStream.range(0, pixels).forEach(p -> count(truth, p, everywhere)));
    int usual = most(everywhere);
    int[] counts = new int[classes];
    for (int pixel = 0; pixel < pixels; pixel++) {
      Arrays.fill(counts, 0);
      for (FrameTruth truth : truths) {
        count(truth, pixel, counts);
      }
      int best = most(counts);
      planes.values()[(counts[best] > 0 ? best : usual) * pixels + pixel] = 1;
    }
    return planes;
  }

  private static void count(FrameTruth truth, int pixel, int[] counts) {
    char id = truth.classes()[pixel];
    if (id != FrameTruth.NO_CLASS) {
      counts[id]++;
    }
  }

  private static int most(int[] counts) {
    int best = 0;
    for (int c = 1; c < counts.length; c++) {
      if (counts[c] > counts[best]) {
        best = c;
      }
    }
    return best;
  }

  /** Returns the mean of each number. */
  static Planes mean(List<FrameTruth> truths, int channels, int height, int width) {
    double[] sums = new double[channels * height * width];
    for (FrameTruth truth : truths) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += truth.values()[i];
      }
    }
    float[] values = new float[sums.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (sums[i] / truths.size());
    }
    return new Planes(channels, height, width, values);
  }

  /** Returns the median of each number. */
  static Planes median(List<FrameTruth> truths, int channels, int height, int width) {
    float[] values = new float[channels * height * width];
    IntStream.range(0, values.length)
        .parallel()
        .forEach(
            i -> {
              float[] all = new float[truths.size()];
              for (int n = 0; n < all.length; n++) {
                all[n] = truths.get(n).values()[i];
              }
              Arrays.sort(all);
              values[i] = (all[(all.length - 1) / 2] + all[all.length / 2]) / 2;
            });
    return new Planes(channels, height, width, values);
  }

  /**
   * Returns the distance with the least relative error at each pixel.
   *
   * @param objectsOnly whether only samples that show an object there count; pixels that never do
   *     take the distance of all samples
   */
  static Planes distance(List<FrameTruth> truths, boolean objectsOnly, int height, int width) {
    float[] values = new float[height * width];
    IntStream.range(0, values.length)
        .parallel()
        .forEach(
            pixel -> {
              float found = distance(truths, objectsOnly, pixel);
              values[pixel] = found > 0 ? found : distance(truths, false, pixel);
            });
    return new Planes(1, height, width, values);
  }

  private static float distance(List<FrameTruth> truths, boolean objectsOnly, int pixel) {
    float[] all = new float[truths.size()];
    int count = 0;
    double weights = 0;
    for (FrameTruth truth : truths) {
      float distance = truth.values()[pixel];
      boolean[] objects = truth.objects();
      if (distance > 0 && (!objectsOnly || objects != null && objects[pixel])) {
        all[count++] = distance;
        weights += 1.0 / distance;
      }
    }
    Arrays.sort(all, 0, count);
    double below = 0;
    for (int i = 0; i < count; i++) {
      below += 1.0 / all[i];
      if (below >= weights / 2) {
        return all[i];
      }
    }
    return 0;
  }
}
