package dev.masquerade.modality.code;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.util.FastMath;
import org.apache.commons.rng.UniformRandomProvider;

/*
 * k-means++ [1] for the start, on a part of the patches, then rounds of Lloyd's algorithm. A code
 * that loses all its patches is put on the patch that is furthest from its own code.
 *
 * Which code is nearest is found for many patches at once by several threads; sums are taken in the
 * order of patches by one, so the result does not depend on the number of threads.
 *
 * [1] Arthur and Vassilvitskii, k-means++: the advantages of careful seeding, SODA 2007.
 */
/** Finds codes that stand for many patches. */
final class Clusters {

  private static final int SEED_PATCHES_PER_CODE = 8;

  /** A round that moves the error by less than this share is the last. */
  private static final double SETTLED = 1e-4;

  private final PatchVectors patches;
  private final int codes;
  private final float[] centres;
  private final int[] nearest;
  private final float[] distances;

  private Clusters(PatchVectors patches, int codes) {
    this.patches = patches;
    this.codes = codes;
    this.centres = new float[codes * patches.width()];
    this.nearest = new int[patches.count()];
    Arrays.fill(nearest, -1);
    this.distances = new float[patches.count()];
  }

  /**
   * Clusters patches.
   *
   * @param rng advanced by this call; equal streams give equal codes
   * @return (V, D) codes, the most frequent first
   */
  static float[] find(PatchVectors patches, int codes, int rounds, UniformRandomProvider rng) {
    Clusters clusters = new Clusters(patches, codes);
    clusters.seed(rng);
    double before = Double.POSITIVE_INFINITY;
    for (int round = 0; round < rounds; round++) {
      clusters.assign();
      double error = clusters.error();
      clusters.move();
      if (before - error <= SETTLED * error) {
        break;
      }
      before = error;
    }
    return clusters.sorted();
  }

  private void seed(UniformRandomProvider rng) {
    int count = patches.count();
    int part = (int) Math.min(count, (long) codes * SEED_PATCHES_PER_CODE);
    int[] chosen = new int[part];
    for (int i = 0; i < part; i++) {
      chosen[i] = (int) ((long) i * count / part);
    }
    int width = patches.width();
    double[] furthest = new double[part];
    Arrays.fill(furthest, Double.POSITIVE_INFINITY);
    int next = chosen[rng.nextInt(part)];
    for (int code = 0; code < codes; code++) {
      int at = code * width;
      patches.add(next, 1, centres, at);
      float norm = patches.squaredNorm(next);
      double sum = 0;
      for (int i = 0; i < part; i++) {
        int patch = chosen[i];
        double distance =
            Math.max(0, patches.squaredNorm(patch) + norm - 2.0 * patches.dot(patch, centres, at));
        furthest[i] = Math.min(furthest[i], distance * patches.weight(patch));
        sum += furthest[i];
      }
      next = chosen[draw(furthest, sum, rng)];
    }
  }

  private static int draw(double[] weights, double sum, UniformRandomProvider rng) {
    double left = rng.nextDouble() * sum;
    for (int i = 0; i < weights.length; i++) {
      left -= weights[i];
      if (left < 0) {
        return i;
      }
    }
    return rng.nextInt(weights.length);
  }

  private void assign() {
    CodeSearch search = new CodeSearch(centres, codes);
    int block = 256;
    IntStream.range(0, (patches.count() + block - 1) / block)
        .parallel()
        .forEach(
            part -> {
              CodeSearch.Memory memory = new CodeSearch.Memory(search);
              int end = Math.min(patches.count(), (part + 1) * block);
              for (int patch = part * block; patch < end; patch++) {
                int code = search.nearest(patches, patch, nearest[patch], memory);
                nearest[patch] = code;
                distances[patch] =
                    Math.max(0, patches.squaredNorm(patch) + search.score(patches, patch, code));
              }
            });
  }

  private double error() {
    double sum = 0;
    for (int patch = 0; patch < distances.length; patch++) {
      sum += (double) distances[patch] * patches.weight(patch);
    }
    return sum;
  }

  private void move() {
    int width = patches.width();
    Arrays.fill(centres, 0);
    double[] weights = new double[codes];
    for (int patch = 0; patch < nearest.length; patch++) {
      patches.add(patch, patches.weight(patch), centres, nearest[patch] * width);
      weights[nearest[patch]] += patches.weight(patch);
    }
    for (int code = 0; code < codes; code++) {
      if (weights[code] == 0) {
        int far = furthest();
        distances[far] = 0;
        patches.add(far, 1, centres, code * width);
      } else {
        float factor = (float) (1 / weights[code]);
        for (int i = 0; i < width; i++) {
          centres[code * width + i] *= factor;
        }
      }
    }
  }

  private int furthest() {
    int furthest = 0;
    for (int patch = 1; patch < distances.length; patch++) {
      if (distances[patch] > distances[furthest]) {
        furthest = patch;
      }
    }
    return furthest;
  }

  private float[] sorted() {
    double[] weights = new double[codes];
    for (int patch = 0; patch < nearest.length; patch++) {
      weights[nearest[patch]] += patches.weight(patch);
    }
    Integer[] order = new Integer[codes];
    Arrays.setAll(order, code -> code);
    Arrays.sort(order, (left, right) -> Double.compare(weights[right], weights[left]));
    int width = patches.width();
    float[] sorted = new float[centres.length];
    for (int code = 0; code < codes; code++) {
      System.arraycopy(centres, order[code] * width, sorted, code * width, width);
    }
    return sorted;
  }

  /** Returns two to the entropy of a histogram in bits. */
  static double perplexity(long[] counts) {
    double total = Arrays.stream(counts).sum();
    double entropy = 0;
    for (long count : counts) {
      if (count > 0) {
        entropy -= count / total * FastMath.log(count / total);
      }
    }
    return FastMath.exp(entropy);
  }
}
