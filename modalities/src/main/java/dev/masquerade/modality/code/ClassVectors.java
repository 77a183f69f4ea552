package dev.masquerade.modality.code;

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
    int from = patch * pixels;
    float a = 0;
    float b = 0;
    int pixel = 0;
    for (; pixel + 1 < pixels; pixel += 2, at += 2 * classes) {
      a += vector[at + numbers[from + pixel]];
      b += vector[at + classes + numbers[from + pixel + 1]];
    }
    return pixel < pixels ? a + b + vector[at + numbers[from + pixel]] : a + b;
  }

  @Override
  public void add(int patch, float factor, float[] vector, int at) {
    for (int pixel = 0; pixel < pixels; pixel++) {
      vector[at + pixel * classes + numbers[patch * pixels + pixel]] += factor;
    }
  }
}
