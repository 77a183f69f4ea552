package dev.masquerade.cli.figure;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/** Round numbers for axes. */
final class Ticks {

  private static final double[] STEPS = {1, 2, 2.5, 5, 10};

  private Ticks() {}

  /** Returns at most about {@code most} round numbers between two, both ends included. */
  static List<Double> between(double low, double high, int most) {
    double rough = (high - low) / most;
    double magnitude = 1;
    while (magnitude * 10 <= rough) {
      magnitude *= 10;
    }
    while (magnitude > rough) {
      magnitude /= 10;
    }
    double step = magnitude * 10;
    for (int i = STEPS.length - 1; i >= 0; i--) {
      if (STEPS[i] * magnitude >= rough) {
        step = STEPS[i] * magnitude;
      }
    }
    List<Double> ticks = new ArrayList<>();
    for (long k = (long) Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) {
      ticks.add(k * step);
    }
    return ticks;
  }

  /** Returns a number in as few letters as it needs: 0.25, 1500, 20k. */
  static String label(double value) {
    if (Math.abs(value) >= 10_000) {
      return plain(value / 1000) + "k";
    }
    return plain(value);
  }

  private static String plain(double value) {
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
    return rounded.signum() == 0 ? "0" : rounded.toPlainString();
  }
}
