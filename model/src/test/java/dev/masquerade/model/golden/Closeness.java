package dev.masquerade.model.golden;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** Compares numbers with those of a reference. */
public final class Closeness {

  private Closeness() {}

  /** Requires that no value differs by more than a tolerance, and that all are numbers. */
  public static void assertClose(String what, float[] actual, float[] expected, double tolerance) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      assertThat(Float.isFinite(actual[i])).as(what + " is a number").isTrue();
      worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
    }
    assertThat(worst).as("largest difference in " + what).isLessThanOrEqualTo(tolerance);
  }

  /** The same for an array on a device. */
  public static void assertClose(String what, NDArray actual, float[] expected, double tolerance) {
    assertThat(actual.getDataType()).as(what).isEqualTo(DataType.FLOAT32);
    assertClose(what, actual.toFloatArray(), expected, tolerance);
  }
}
