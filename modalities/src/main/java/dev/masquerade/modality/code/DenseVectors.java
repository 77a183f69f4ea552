package dev.masquerade.modality.code;

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
  public void add(int patch, float factor, float[] vector, int at) {
    int from = patch * width;
    for (int i = 0; i < width; i++) {
      vector[at + i] += factor * values[from + i];
    }
  }
}
