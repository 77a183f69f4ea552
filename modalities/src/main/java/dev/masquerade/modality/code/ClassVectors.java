package dev.masquerade.modality.code;

import java.util.Arrays;

/**
 * Patches of classes as vectors with a 1 per pixel, at {@code pixel * classes + class}, and 0
 * elsewhere. The squared distance of two is twice the number of pixels in which they differ.
 *
 * @param numbers (count, pixels) classes
 * @param pixels pixels of a patch
 * @param classes number of classes
 * @param weights (count) how often each patch occurred
 */
record ClassVectors(char[] numbers, int pixels, int classes, float[] weights)
    implements PatchVectors {

  @Override
  public int count() {
    return numbers.length / pixels;
  }

  @Override
  public int width() {
    return pixels * classes;
  }

  @Override
  public float weight(int patch) {
    return weights[patch];
  }

  @Override
  public float squaredNorm(int patch) {
    return pixels;
  }

  @Override
  public float dot(int patch, float[] vector, int at) {
    float sum = 0;
    for (int pixel = 0; pixel < pixels; pixel++) {
      sum += vector[at + pixel * classes + numbers[patch * pixels + pixel]];
    }
    return sum;
  }

  @Override
  public void dots(int patch, float[] table, int codes, float[] products) {
    dots(numbers, patch * pixels, pixels, classes, table, codes, products);
  }

  static void dots(
      char[] numbers,
      int from,
      int pixels,
      int classes,
      float[] table,
      int codes,
      float[] products) {
    Arrays.fill(products, 0, codes, 0);
    int pixel = 0;
    for (; pixel + 3 < pixels; pixel += 4) {
      addFour(
          table,
          (pixel * classes + numbers[from + pixel]) * codes,
          ((pixel + 1) * classes + numbers[from + pixel + 1]) * codes,
          ((pixel + 2) * classes + numbers[from + pixel + 2]) * codes,
          ((pixel + 3) * classes + numbers[from + pixel + 3]) * codes,
          codes,
          products);
    }
    for (; pixel < pixels; pixel++) {
      int row = (pixel * classes + numbers[from + pixel]) * codes;
      for (int v = 0; v < codes; v++) {
        products[v] += table[row + v];
      }
    }
  }

  private static void addFour(
      float[] table, int a, int b, int c, int d, int codes, float[] products) {
    for (int v = 0; v < codes; v++) {
      products[v] += table[a + v] + table[b + v] + table[c + v] + table[d + v];
    }
  }

  @Override
  public void add(int patch, float factor, float[] vector, int at) {
    for (int pixel = 0; pixel < pixels; pixel++) {
      vector[at + pixel * classes + numbers[patch * pixels + pixel]] += factor;
    }
  }
}
