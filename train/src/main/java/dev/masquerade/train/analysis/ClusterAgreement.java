package dev.masquerade.train.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.ml.clustering.CentroidCluster;
import org.apache.commons.math3.ml.clustering.Clusterable;
import org.apache.commons.math3.ml.clustering.KMeansPlusPlusClusterer;
import org.apache.commons.math3.ml.clustering.MultiKMeansPlusPlusClusterer;
import org.apache.commons.math3.ml.distance.EuclideanDistance;
import org.apache.commons.math3.random.Well19937c;

/**
 * How well clusters found without labels follow labels.
 *
 * @param clusters how many were looked for
 * @param purity share of rows whose label is the most frequent one of their cluster, in (0, 1]
 * @param nmi mutual information of cluster and label over the mean of their entropies, in [0, 1]
 * @param chance purity of clusters that know nothing: the share of the most frequent label
 */
public record ClusterAgreement(int clusters, double purity, double nmi, double chance) {

  private static final int ROUNDS = 100;
  private static final int STARTS = 4;

  private record Point(int row, double[] place) implements Clusterable {
    @Override
    public double[] getPoint() {
      return place;
    }
  }

  /**
   * Clusters rows by k-means++, the best of a few starts, into as many clusters as there are
   * labels.
   *
   * @param rows (N, K) numbers, for example principal components; not empty
   * @param labels (N) a class each
   */
  public static ClusterAgreement measure(double[][] rows, List<String> labels, long seed) {
    int clusters = (int) labels.stream().distinct().count();
    return of(kMeans(rows, clusters, seed), labels);
  }

  /**
   * Clusters rows by k-means++, the best of a few starts.
   *
   * @return (N) the cluster of each row
   */
  static int[] kMeans(double[][] rows, int clusters, long seed) {
    List<Point> points = new ArrayList<>();
    for (int row = 0; row < rows.length; row++) {
      points.add(new Point(row, rows[row]));
    }
    KMeansPlusPlusClusterer<Point> once =
        new KMeansPlusPlusClusterer<>(
            clusters, ROUNDS, new EuclideanDistance(), new Well19937c(seed));
    List<CentroidCluster<Point>> found =
        new MultiKMeansPlusPlusClusterer<>(once, STARTS).cluster(points);
    int[] assigned = new int[rows.length];
    for (int cluster = 0; cluster < found.size(); cluster++) {
      for (Point point : found.get(cluster).getPoints()) {
        assigned[point.row()] = cluster;
      }
    }
    return assigned;
  }

  /** Compares clusters with labels, one of each per row. */
  static ClusterAgreement of(int[] clusters, List<String> labels) {
    if (clusters.length == 0 || clusters.length != labels.size()) {
      throw new IllegalArgumentException(
          clusters.length + " clustered rows cannot have " + labels.size() + " labels");
    }
    List<String> names = labels.stream().distinct().toList();
    int most = Arrays.stream(clusters).max().orElse(0) + 1;
    double[][] counts = new double[most][names.size()];
    for (int row = 0; row < clusters.length; row++) {
      counts[clusters[row]][names.indexOf(labels.get(row))]++;
    }
    double[] byCluster = new double[most];
    double[] byLabel = new double[names.size()];
    double pure = 0;
    for (int cluster = 0; cluster < most; cluster++) {
      double largest = 0;
      for (int label = 0; label < byLabel.length; label++) {
        byCluster[cluster] += counts[cluster][label];
        byLabel[label] += counts[cluster][label];
        largest = Math.max(largest, counts[cluster][label]);
      }
      pure += largest;
    }
    double rows = clusters.length;
    double shared = 0;
    for (int cluster = 0; cluster < most; cluster++) {
      for (int label = 0; label < byLabel.length; label++) {
        double both = counts[cluster][label];
        if (both > 0) {
          shared += both / rows * Math.log(both * rows / (byCluster[cluster] * byLabel[label]));
        }
      }
    }
    double entropies = (entropy(byCluster, rows) + entropy(byLabel, rows)) / 2;
    double nmi = entropies > 0 ? Math.max(0, Math.min(1, shared / entropies)) : 1;
    double chance = Arrays.stream(byLabel).max().orElse(0) / rows;
    return new ClusterAgreement(most, pure / rows, nmi, chance);
  }

  private static double entropy(double[] counts, double rows) {
    double entropy = 0;
    for (double count : counts) {
      entropy -= count > 0 ? count / rows * Math.log(count / rows) : 0;
    }
    return entropy;
  }
}
