package dev.masquerade.model.sample;

import java.util.Arrays;

/**
 * How the temperature of a target falls from step to step.
 *
 * <p>All but {@link Constant} follow the share of tokens that is settled, and never fall below
 * {@link #LEAST}: divided by that, only the likeliest token is left, which still is not the arg-max
 * of temperature 0, whose tokens all count as certain.
 */
public sealed interface TemperatureSchedule {

  /** Lowest temperature a schedule ends at. */
  double LEAST = 1e-9;

  /**
   * Returns the temperature of every step.
   *
   * @param start temperature the schedule starts from, at least 0
   * @param tokensPerStep tokens that every step settles, each at least 1
   * @return as many numbers as steps
   */
  double[] temperatures(double start, int[] tokensPerStep);

  /** The same in every step. */
  record Constant() implements TemperatureSchedule {
    @Override
    public double[] temperatures(double start, int[] tokensPerStep) {
      double[] result = new double[tokensPerStep.length];
      Arrays.fill(result, start);
      return result;
    }
  }

  /** The start, times the share of tokens that is still open before the step. */
  record Linear() implements TemperatureSchedule {
    @Override
    public double[] temperatures(double start, int[] tokensPerStep) {
      double[] result = openAfter(tokensPerStep);
      for (int i = result.length - 1; i >= 0; i--) {
        double openBefore = i == 0 ? 1 : result[i - 1];
        result[i] = Math.max(LEAST, start * openBefore);
      }
      return result;
    }
  }

  /**
   * From the start to a minimum, by the share of tokens that is open after the step.
   *
   * @param minimum temperature of the last step, at least 0
   */
  record Decreasing(double minimum) implements TemperatureSchedule {
    public Decreasing {
      requireMinimum(minimum);
    }

    @Override
    public double[] temperatures(double start, int[] tokensPerStep) {
      double[] result = openAfter(tokensPerStep);
      for (int i = 0; i < result.length; i++) {
        result[i] = Math.max(LEAST, minimum + (start - minimum) * result[i]);
      }
      return result;
    }
  }

  /**
   * {@link Decreasing}, bent by a falling power: what is above the minimum is multiplied by {@code
   * 1 / x^power}, scaled to run from 1 to 0 while {@code x} runs from 1 to 100 in as many equal
   * steps as there are tokens. As in the reference, {@code x} advances once per step and not once
   * per token, so few steps stay at the steep beginning.
   *
   * @param minimum temperature of the last step, at least 0
   * @param power more than 0; a larger one falls earlier
   */
  record OneX(double minimum, double power) implements TemperatureSchedule {

    private static final double FIRST = 1;
    private static final double LAST = 100;

    public OneX {
      requireMinimum(minimum);
      if (!(power > 0) || Double.isInfinite(power)) {
        throw new IllegalArgumentException("power must be more than 0, was " + power);
      }
    }

    @Override
    public double[] temperatures(double start, int[] tokensPerStep) {
      int total = Arrays.stream(tokensPerStep).sum();
      double[] result = openAfter(tokensPerStep);
      double end = Math.pow(LAST, -power);
      for (int i = 0; i < result.length; i++) {
        double x = FIRST + (LAST - FIRST) * i / Math.max(1, total - 1);
        double bend = (Math.pow(x, -power) - end) / (1 - end);
        result[i] = Math.max(LEAST, minimum + (start - minimum) * result[i] * bend);
      }
      return result;
    }
  }

  /** Returns the share of tokens that is open after every step; the last is 0. */
  private static double[] openAfter(int[] tokensPerStep) {
    double total = Arrays.stream(tokensPerStep).sum();
    double[] open = new double[tokensPerStep.length];
    double settled = 0;
    for (int i = 0; i < open.length; i++) {
      if (tokensPerStep[i] < 1) {
        throw new IllegalArgumentException("step " + i + " settles no token");
      }
      settled += tokensPerStep[i];
      open[i] = 1 - settled / total;
    }
    return open;
  }

  private static void requireMinimum(double minimum) {
    if (!(minimum >= 0) || Double.isInfinite(minimum)) {
      throw new IllegalArgumentException("minimum must be at least 0, was " + minimum);
    }
  }
}
