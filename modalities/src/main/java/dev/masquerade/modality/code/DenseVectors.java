package dev.masquerade.modality.code;

import java.util.Arrays;

/**
 * Patches of real numbers.
 *
 * @param values (count, D)
 * @param width D
 */
record DenseVectors(float[] values, int width) implements PatchVectors {

  @Override
  public int count() {
    return values.length / width;
  }

  @Override
  public float weight(int patch) {
    return 1;
  }

  @Override
  public float squaredNorm(int patch) {
    return dot(patch, values, patch * width);
  }

  @Override
  public float dot(int patch, float[] vector, int at) {
    return dot(values, patch * width, vector, at, width);
  }

  /** Sums in four strands, which a compiler may not do by itself for floats. */
  static float dot(float[] left, int from, float[] right, int at, int width) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = 0;
    for (; i + 3 < width; i += 4) {
      a += left[from + i] * right[at + i];
      b += left[from + i + 1] * right[at + i + 1];
      c += left[from + i + 2] * right[at + i + 2];
      d += left[from + i + 3] * right[at + i + 3];
    }
    for (; i < width; i++) {
      a += left[from + i] * right[at + i];
    }
    return a + b + c + d;
  }

  @Override
  public void dots(int patch, float[] table, int codes, float[] products) {
    dots(values, patch * width, width, table, codes, products);
  }

  static void dots(
      float[] values, int from, int width, float[] table, int codes, float[] products) {
    Arrays.fill(products, 0, codes, 0);
    int d = 0;
    for (; d + 3 < width; d += 4) {
      addFour(
          values[from + d],
          values[from + d + 1],
          values[from + d + 2],
          values[from + d + 3],
          table,
          d * codes,
          codes,
          products);
    }
    for (; d < width; d++) {
      float a = values[from + d];
      int row = d * codes;
      for (int v = 0; v < codes; v++) {
        products[v] += a * table[row + v];
      }
    }
  }

  private static void addFour(
      float a, float b, float c, float d, float[] table, int row, int codes, float[] products) {
    int second = row + codes;
    int third = second + codes;
    int fourth = third + codes;
    for (int v = 0; v < codes; v++) {
      products[v] +=
          a * table[row + v] + b * table[second + v] + c * table[third + v] + d * table[fourth + v];
    }
  }

  @Override
  public void add(int patch, float factor, float[] vector, int at) {
    int from = patch * width;
    for (int i = 0; i < width; i++) {
      vector[at + i] += factor * values[from + i];
    }
  }
}
