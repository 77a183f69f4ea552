package dev.masquerade.modality.code;

import java.util.Arrays;

/*
 * The nearest code c to a patch x has the smallest |c|^2 - 2 x.c. Most codes are ruled out without
 * looking at all D numbers: split x into its part p in a small subspace and a rest of length r, and
 * c likewise into q and s. Then x.c <= p.q + r s, by Cauchy and Schwarz, so
 *
 *   |c|^2 - 2 (p.q + r s)
 *
 * is a lower bound, as cheap as a subspace is small. Codes are looked at in full only where the
 * bound is below the best so far. The subspace is the one in which the codes themselves are largest,
 * found by orthogonal iteration from a fixed start. The answer is that of the full search; where two
 * codes are equally near up to rounding it may be either, always the same one.
 */
/** Finds nearest codes. Immutable and safe for use by several threads, each with its own memory. */
final class CodeSearch {

  /** Dimensions of the subspace; with the rest as one more, the bound has a multiple of four. */
  private static final int SUBSPACE = 19;

  private static final int ITERATIONS = 4;

  /** Rounding may put a bound this share above what it bounds. */
  private static final float SLACK = 1e-5f;

  private final float[] codes;
  private final int count;
  private final int width;
  private final int subspace;
  private final float[] basis;
  private final float[][] table;
  private final float[] norms;

  /**
   * Prepares a search.
   *
   * @param codes (V, D), not copied
   * @param count V
   */
  CodeSearch(float[] codes, int count) {
    this.codes = codes;
    this.count = count;
    this.width = codes.length / count;
    this.subspace = Math.min(SUBSPACE, width);
    this.basis = basis();
    this.norms = new float[count];
    this.table = new float[subspace + 1][count];
    for (int code = 0; code < count; code++) {
      double norm = 0;
      for (int i = 0; i < width; i++) {
        norm += (double) codes[code * width + i] * codes[code * width + i];
      }
      double inside = 0;
      for (int k = 0; k < subspace; k++) {
        float part = DenseVectors.dot(codes, code * width, basis, k * width, width);
        table[k][code] = part;
        inside += (double) part * part;
      }
      table[subspace][code] = (float) Math.sqrt(Math.max(0, norm - inside));
      norms[code] = (float) norm;
    }
  }

  /** What one thread needs to search. */
  static final class Memory {
    private final float[] bounds;
    private final float[] part;

    Memory(CodeSearch search) {
      bounds = new float[search.count];
      part = new float[search.subspace + 1];
    }
  }

  /**
   * Finds the nearest code.
   *
   * @param likely a code that is probably near, where the search begins; -1 for none
   */
  int nearest(PatchVectors patches, int patch, int likely, Memory memory) {
    float norm = patches.squaredNorm(patch);
    float[] part = memory.part;
    double inside = 0;
    for (int k = 0; k < subspace; k++) {
      part[k] = patches.dot(patch, basis, k * width);
      inside += (double) part[k] * part[k];
    }
    part[subspace] = (float) Math.sqrt(Math.max(0, norm - inside));
    float[] bounds = memory.bounds;
    products(part, bounds);
    int first = likely;
    float least = Float.POSITIVE_INFINITY;
    for (int code = 0; code < count; code++) {
      bounds[code] = norms[code] - 2 * bounds[code];
      if (bounds[code] < least) {
        least = bounds[code];
        first = likely < 0 ? code : first;
      }
    }
    int best = first;
    float score = score(patches, patch, first);
    float slack = SLACK * norm;
    for (int code = 0; code < count; code++) {
      if (bounds[code] - slack < score && code != first) {
        float other = score(patches, patch, code);
        if (other < score || (other == score && code < best)) {
          score = other;
          best = code;
        }
      }
    }
    return best;
  }

  /** Returns the squared distance of a patch to a code, less the patch's squared length. */
  float score(PatchVectors patches, int patch, int code) {
    return norms[code] - 2 * patches.dot(patch, codes, code * width);
  }

  /**
   * Computes the products of a projected patch with all projected codes. Each row of the table is
   * an array of its own: only where all arrays of a loop are read at one index does the compiler
   * know that they do not overlap, and uses vector instructions.
   */
  private void products(float[] part, float[] products) {
    Arrays.fill(products, 0);
    int k = 0;
    for (; k + 3 < part.length; k += 4) {
      addFour(
          part[k],
          part[k + 1],
          part[k + 2],
          part[k + 3],
          table[k],
          table[k + 1],
          table[k + 2],
          table[k + 3],
          products);
    }
    for (; k < part.length; k++) {
      float factor = part[k];
      float[] row = table[k];
      for (int code = 0; code < count; code++) {
        products[code] += factor * row[code];
      }
    }
  }

  private static void addFour(
      float a,
      float b,
      float c,
      float d,
      float[] first,
      float[] second,
      float[] third,
      float[] fourth,
      float[] products) {
    for (int v = 0; v < products.length; v++) {
      products[v] += a * first[v] + b * second[v] + c * third[v] + d * fourth[v];
    }
  }

  /** Returns (subspace, D) orthonormal directions in which the codes are large. */
  private float[] basis() {
    float[] directions = new float[subspace * width];
    // Any start that is not orthogonal to what is sought will do; these are spread over the codes.
    for (int k = 0; k < subspace; k++) {
      int code = (int) ((long) k * count / subspace);
      System.arraycopy(codes, code * width, directions, k * width, width);
      directions[k * width + k % width] += 1e-3f;
    }
    orthonormalise(directions);
    float[] next = new float[directions.length];
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      Arrays.fill(next, 0);
      for (int code = 0; code < count; code++) {
        for (int k = 0; k < subspace; k++) {
          float along = DenseVectors.dot(codes, code * width, directions, k * width, width);
          for (int i = 0; i < width; i++) {
            next[k * width + i] += along * codes[code * width + i];
          }
        }
      }
      System.arraycopy(next, 0, directions, 0, next.length);
      orthonormalise(directions);
    }
    return directions;
  }

  /** Makes directions orthonormal; those that depend on earlier ones become 0. */
  private void orthonormalise(float[] directions) {
    for (int k = 0; k < subspace; k++) {
      double before = length(directions, k);
      // Twice, because after one pass rounding leaves too much of what was taken away.
      for (int pass = 0; pass < 2; pass++) {
        for (int earlier = 0; earlier < k; earlier++) {
          double along = 0;
          for (int i = 0; i < width; i++) {
            along += (double) directions[k * width + i] * directions[earlier * width + i];
          }
          for (int i = 0; i < width; i++) {
            directions[k * width + i] -= (float) (along * directions[earlier * width + i]);
          }
        }
      }
      double length = length(directions, k);
      double factor = length > 1e-5 * before ? 1 / length : 0;
      for (int i = 0; i < width; i++) {
        directions[k * width + i] = (float) (directions[k * width + i] * factor);
      }
    }
  }

  private double length(float[] directions, int k) {
    double squares = 0;
    for (int i = 0; i < width; i++) {
      squares += (double) directions[k * width + i] * directions[k * width + i];
    }
    return Math.sqrt(squares);
  }
}
