package dev.masquerade.train.analysis;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.commons.math3.util.FastMath;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/*
 * t-SNE [1] with every pair of points. The start is the plane of the two leading components, which
 * keeps the coarse arrangement that a random start loses [2]; a little noise parts equal points.
 * Rate, exaggeration and momentum are those that [2] and scikit-learn settled on.
 *
 * Each point sums over the others in their order, so threads do not change the result.
 *
 * [1] van der Maaten, Hinton: Visualizing data using t-SNE, JMLR 2008.
 * [2] Kobak, Berens: The art of using t-SNE for single-cell transcriptomics, 2019.
 */
/** Places points in a plane so that near ones stay near: t-SNE. */
public final class NeighbourEmbedding {

  /** Time and memory grow with the square of the points; this many take well under a minute. */
  public static final int MOST_POINTS = 2000;

  /** Rounds of descent. */
  public static final int ROUNDS = 750;

  private static final int EARLY_ROUNDS = 250;
  private static final double EXAGGERATION = 12;
  private static final double EARLY_MOMENTUM = 0.5;
  private static final double MOMENTUM = 0.8;
  private static final double SLOWEST = 50;
  private static final double START = 1e-4;
  private static final int SEARCH_ROUNDS = 60;
  private static final double LEAST_GAIN = 0.01;

  private final int points;
  private final float[][] affinities;
  private final double[][] places;
  private final double[][] speeds;
  private final double[][] gains;
  private final double[][] slopes;

  private NeighbourEmbedding(float[][] affinities, double[][] places) {
    this.points = places.length;
    this.affinities = affinities;
    this.places = places;
    this.speeds = new double[points][2];
    this.gains = new double[points][2];
    this.slopes = new double[points][2];
    for (double[] gain : gains) {
      Arrays.fill(gain, 1);
    }
  }

  /**
   * Places points.
   *
   * @param rows (N, K) numbers, the first two of each its start: principal components; N at least 4
   *     and at most {@link #MOST_POINTS}
   * @param perplexity how many neighbours count, roughly; above 1, cut to a third of the others
   * @param seed of the noise that parts equal points
   * @param progress told the number of rounds done
   * @return (N, 2)
   */
  public static double[][] place(
      double[][] rows, double perplexity, long seed, IntConsumer progress) {
    if (rows.length < 4 || rows.length > MOST_POINTS || !(perplexity > 1)) {
      throw new IllegalArgumentException(
          "t-SNE takes 4 to "
              + MOST_POINTS
              + " points and a perplexity above 1, was given "
              + rows.length
              + " and "
              + perplexity);
    }
    double neighbours = Math.max(1.01, Math.min(perplexity, (rows.length - 1) / 3.0));
    NeighbourEmbedding embedding =
        new NeighbourEmbedding(affinities(rows, neighbours), start(rows, seed));
    double rate = Math.max(SLOWEST, rows.length / EXAGGERATION / 4);
    for (int round = 0; round < ROUNDS; round++) {
      boolean early = round < EARLY_ROUNDS;
      embedding.step(early ? EXAGGERATION : 1, rate, early ? EARLY_MOMENTUM : MOMENTUM);
      progress.accept(round + 1);
    }
    return embedding.places;
  }

  private static double[][] start(double[][] rows, long seed) {
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(rng);
    double square = 0;
    for (double[] row : rows) {
      square += row[0] * row[0];
    }
    double scale = square > 0 ? START / Math.sqrt(square / rows.length) : 0;
    double[][] start = new double[rows.length][2];
    for (int i = 0; i < rows.length; i++) {
      for (int axis = 0; axis < 2; axis++) {
        double place = axis < rows[i].length ? rows[i][axis] * scale : 0;
        start[i][axis] = place + START / 100 * normal.sample();
      }
    }
    return start;
  }

  /** Returns how near each point is to each, symmetric, summing to 1: (N, N). */
  private static float[][] affinities(double[][] rows, double perplexity) {
    int count = rows.length;
    float[][] towards = new float[count][];
    IntStream.range(0, count)
        .parallel()
        .forEach(i -> towards[i] = neighboursOf(rows, i, Math.log(perplexity)));
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < i; j++) {
        float both = (towards[i][j] + towards[j][i]) / (2 * count);
        towards[i][j] = both;
        towards[j][i] = both;
      }
    }
    return towards;
  }

  /** Finds the width of a Gaussian around a point that gives its neighbours a wanted entropy. */
  private static float[] neighboursOf(double[][] rows, int point, double entropy) {
    int count = rows.length;
    double[] distances = new double[count];
    double nearest = Double.POSITIVE_INFINITY;
    for (int j = 0; j < count; j++) {
      double sum = 0;
      for (int k = 0; k < rows[j].length; k++) {
        double difference = rows[point][k] - rows[j][k];
        sum += difference * difference;
      }
      distances[j] = sum;
      if (j != point) {
        nearest = Math.min(nearest, sum);
      }
    }
    double precision = 1;
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double[] weights = new double[count];
    double sum = 1;
    for (int round = 0; round < SEARCH_ROUNDS; round++) {
      sum = 0;
      double mean = 0;
      for (int j = 0; j < count; j++) {
        double excess = distances[j] - nearest;
        weights[j] = j == point ? 0 : FastMath.exp(-excess * precision);
        sum += weights[j];
        mean += excess * weights[j];
      }
      double found = Math.log(sum) + precision * mean / sum;
      if (Math.abs(found - entropy) < 1e-5) {
        break;
      }
      if (found > entropy) {
        low = precision;
        precision = Double.isInfinite(high) ? precision * 2 : (low + high) / 2;
      } else {
        high = precision;
        precision = (low + high) / 2;
      }
    }
    float[] shares = new float[count];
    for (int j = 0; j < count; j++) {
      shares[j] = (float) (weights[j] / sum);
    }
    return shares;
  }

  private void step(double exaggeration, double rate, double momentum) {
    double[] sums = new double[points];
    double[][] pushes = new double[points][2];
    IntStream.range(0, points)
        .parallel()
        .forEach(i -> sums[i] = forces(i, exaggeration, slopes[i], pushes[i]));
    double all = 0;
    for (double sum : sums) {
      all += sum;
    }
    for (int i = 0; i < points; i++) {
      for (int axis = 0; axis < 2; axis++) {
        double slope = 4 * (slopes[i][axis] - pushes[i][axis] / all);
        boolean turned = slope * speeds[i][axis] > 0;
        gains[i][axis] = Math.max(LEAST_GAIN, turned ? gains[i][axis] * 0.8 : gains[i][axis] + 0.2);
        speeds[i][axis] = momentum * speeds[i][axis] - rate * gains[i][axis] * slope;
      }
    }
    centre();
  }

  /** Moves all points, and their middle to the origin. */
  private void centre() {
    double[] mean = new double[2];
    for (int i = 0; i < points; i++) {
      for (int axis = 0; axis < 2; axis++) {
        places[i][axis] += speeds[i][axis];
        mean[axis] += places[i][axis] / points;
      }
    }
    for (double[] place : places) {
      place[0] -= mean[0];
      place[1] -= mean[1];
    }
  }

  /** Sums what pulls and pushes one point; returns its part of the normaliser. */
  private double forces(int i, double exaggeration, double[] pull, double[] push) {
    float[] near = affinities[i];
    double x = places[i][0];
    double y = places[i][1];
    double sum = 0;
    double pullX = 0;
    double pullY = 0;
    double pushX = 0;
    double pushY = 0;
    for (int j = 0; j < points; j++) {
      if (j == i) {
        continue;
      }
      double dx = x - places[j][0];
      double dy = y - places[j][1];
      double closeness = 1 / (1 + dx * dx + dy * dy);
      sum += closeness;
      double attraction = exaggeration * near[j] * closeness;
      pullX += attraction * dx;
      pullY += attraction * dy;
      double repulsion = closeness * closeness;
      pushX += repulsion * dx;
      pushY += repulsion * dy;
    }
    pull[0] = pullX;
    pull[1] = pullY;
    push[0] = pushX;
    push[1] = pushY;
    return sum;
  }
}
