package dev.masquerade.modality.code;

/**
 * Codes laid out for search: the nearest code {@code c} to a patch {@code x} has the smallest
 * {@code |c|^2 - 2 x c}.
 *
 * @param table (D, V)
 * @param norms (V) squared lengths
 */
record CodeTable(float[] table, float[] norms) {

  /** Lays out (V, D) codes. */
  static CodeTable of(float[] codes, int count) {
    int width = codes.length / count;
    float[] table = new float[codes.length];
    float[] norms = new float[count];
    for (int code = 0; code < count; code++) {
      double norm = 0;
      for (int i = 0; i < width; i++) {
        float value = codes[code * width + i];
        table[i * count + code] = value;
        norm += (double) value * value;
      }
      norms[code] = (float) norm;
    }
    return new CodeTable(table, norms);
  }

  /** Returns the code with the smallest score, the first of equals. */
  int nearest(float[] products) {
    int best = 0;
    float least = Float.POSITIVE_INFINITY;
    for (int code = 0; code < norms.length; code++) {
      float score = norms[code] - 2 * products[code];
      if (score < least) {
        least = score;
        best = code;
      }
    }
    return best;
  }

  /** Returns the squared distance of a patch to a code, less the patch's squared length. */
  float score(int code, float product) {
    return norms[code] - 2 * product;
  }
}
