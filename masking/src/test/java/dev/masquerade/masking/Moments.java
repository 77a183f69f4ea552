package dev.masquerade.masking;

import java.util.Arrays;

/** Mean, variance and frequencies of many numbers, with the errors of estimating them. */
final class Moments {

  private double[] values = new double[1024];
  private int count;

  void add(double value) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count++] = value;
  }

  int count() {
    return count;
  }

  double mean() {
    return Arrays.stream(values, 0, count).sum() / count;
  }

  double variance() {
    double mean = mean();
    return Arrays.stream(values, 0, count).map(v -> (v - mean) * (v - mean)).sum() / count;
  }

  /** Returns the standard error of the variance of {@code draws} such numbers. */
  double varianceError(int draws) {
    double mean = mean();
    double variance = variance();
    double fourth =
        Arrays.stream(values, 0, count)
                .map(v -> (v - mean) * (v - mean) * (v - mean) * (v - mean))
                .sum()
            / count;
    return Math.sqrt(Math.max(0, fourth - variance * variance) / draws);
  }

  double shareOfZeros() {
    return Arrays.stream(values, 0, count).filter(value -> value == 0).count() / (double) count;
  }

  double shareBelow(double limit) {
    return Arrays.stream(values, 0, count).filter(value -> value < limit).count() / (double) count;
  }
}
