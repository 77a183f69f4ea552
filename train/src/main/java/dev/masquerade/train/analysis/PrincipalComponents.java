package dev.masquerade.train.analysis;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/*
 * Subspace iteration on the covariance matrix, then its eigenvectors within that subspace [1]. A
 * full decomposition of a covariance of width 1280 takes a minute; a few leading directions of it
 * take a second. Small matrices are decomposed whole.
 *
 * [1] Halko, Martinsson, Tropp: Finding structure with randomness. https://arxiv.org/abs/0909.4061
 */
/** The directions in which rows vary most. Each points to where its largest entry is positive. */
public final class PrincipalComponents {

  private static final int WHOLE = 64;
  private static final int SPARE = 10;
  private static final int ROUNDS = 30;

  private final double[] mean;
  private final double[][] directions;
  private final double[] variances;
  private final double total;

  private PrincipalComponents(
      double[] mean, double[][] directions, double[] variances, double total) {
    this.mean = mean;
    this.directions = directions;
    this.variances = variances;
    this.total = total;
  }

  /**
   * Finds the leading directions.
   *
   * @param rows (N, D), at least one
   * @param components K; fewer are found where rows or width are fewer
   * @param seed of the start, which decides at most signs and ties
   */
  public static PrincipalComponents of(float[][] rows, int components, long seed) {
    if (rows.length == 0 || rows[0].length == 0 || components < 1) {
      throw new IllegalArgumentException(
          "principal components need a row, a column and a component, were given "
              + rows.length
              + " rows and "
              + components
              + " components");
    }
    int width = rows[0].length;
    double[] mean = mean(rows);
    RealMatrix covariance = new Array2DRowRealMatrix(covariance(rows, mean), false);
    int wanted = Math.min(components, width);
    RealMatrix basis = null;
    RealMatrix small = covariance;
    if (width > WHOLE && wanted + SPARE < width) {
      basis = subspace(covariance, wanted + SPARE, seed);
      small = basis.transpose().multiply(covariance.multiply(basis));
    }
    EigenDecomposition eigen = new EigenDecomposition(symmetric(small));
    double[][] directions = new double[wanted][];
    double[] variances = new double[wanted];
    for (int k = 0; k < wanted; k++) {
      double[] vector = eigen.getEigenvector(k).toArray();
      directions[k] = upright(basis == null ? vector : basis.operate(vector));
      variances[k] = Math.max(0, eigen.getRealEigenvalue(k));
    }
    return new PrincipalComponents(mean, directions, variances, covariance.getTrace());
  }

  private static double[] mean(float[][] rows) {
    double[] mean = new double[rows[0].length];
    for (float[] row : rows) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += row[i];
      }
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= rows.length;
    }
    return mean;
  }

  private static double[][] covariance(float[][] rows, double[] mean) {
    int width = mean.length;
    float[][] columns = new float[width][rows.length];
    for (int row = 0; row < rows.length; row++) {
      for (int i = 0; i < width; i++) {
        columns[i][row] = (float) (rows[row][i] - mean[i]);
      }
    }
    double[][] covariance = new double[width][width];
    double scale = 1.0 / Math.max(1, rows.length - 1);
    IntStream.range(0, width)
        .parallel()
        .forEach(
            i -> {
              for (int j = 0; j <= i; j++) {
                covariance[i][j] = scale * dot(columns[i], columns[j]);
              }
            });
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < i; j++) {
        covariance[j][i] = covariance[i][j];
      }
    }
    return covariance;
  }

  /** Four sums at once: one alone would wait for each addition before the next. */
  private static double dot(float[] a, float[] b) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 4 <= a.length; i += 4) {
      s0 += (double) a[i] * b[i];
      s1 += (double) a[i + 1] * b[i + 1];
      s2 += (double) a[i + 2] * b[i + 2];
      s3 += (double) a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      s0 += (double) a[i] * b[i];
    }
    return s0 + s1 + (s2 + s3);
  }

  private static RealMatrix subspace(RealMatrix covariance, int size, long seed) {
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(rng);
    double[][] start = new double[covariance.getRowDimension()][size];
    for (double[] row : start) {
      Arrays.setAll(row, i -> normal.sample());
    }
    RealMatrix basis = orthonormal(new Array2DRowRealMatrix(start, false));
    for (int round = 0; round < ROUNDS; round++) {
      basis = orthonormal(covariance.multiply(basis));
    }
    return basis;
  }

  private static RealMatrix orthonormal(RealMatrix columns) {
    RealMatrix q = new QRDecomposition(columns).getQ();
    return q.getSubMatrix(0, q.getRowDimension() - 1, 0, columns.getColumnDimension() - 1);
  }

  /** The decomposition of a matrix that is symmetric but for rounding would be a complex one. */
  private static RealMatrix symmetric(RealMatrix matrix) {
    return matrix.add(matrix.transpose()).scalarMultiply(0.5);
  }

  private static double[] upright(double[] direction) {
    int largest = 0;
    for (int i = 1; i < direction.length; i++) {
      if (Math.abs(direction[i]) > Math.abs(direction[largest])) {
        largest = i;
      }
    }
    if (direction[largest] < 0) {
      for (int i = 0; i < direction.length; i++) {
        direction[i] = -direction[i];
      }
    }
    return direction;
  }

  /** Returns K. */
  public int count() {
    return directions.length;
  }

  /** Returns which share of all variance lies in a direction, in {@code [0, 1]}. */
  public double share(int component) {
    return total > 0 ? variances[component] / total : 0;
  }

  /**
   * Returns where rows lie along the directions.
   *
   * @param rows (N, D)
   * @return (N, K)
   */
  public double[][] project(float[][] rows) {
    double[][] places = new double[rows.length][directions.length];
    IntStream.range(0, rows.length)
        .parallel()
        .forEach(
            row -> {
              for (int k = 0; k < directions.length; k++) {
                double sum = 0;
                for (int i = 0; i < mean.length; i++) {
                  sum += (rows[row][i] - mean[i]) * directions[k][i];
                }
                places[row][k] = sum;
              }
            });
    return places;
  }
}
