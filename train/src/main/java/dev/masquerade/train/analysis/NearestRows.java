package dev.masquerade.train.analysis;

import dev.masquerade.train.embedding.EmbeddingTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Finds the rows of a table whose direction is nearest to a query's. */
public final class NearestRows {

  private static final int BLOCK = 1024;

  /** The nearest first; of equals, the one that stands first. */
  private static final Comparator<Neighbour> ORDER =
      Comparator.comparingDouble(Neighbour::similarity).reversed().thenComparingInt(Neighbour::row);

  private NearestRows() {}

  /**
   * Finds neighbours by looking at every row, a block at a time by several threads; rows are read
   * where they lie in the file. Broken rows, and rows of length 0 or not finite, are nobody's
   * neighbour.
   *
   * @param query (D); its length does not matter but must not be 0
   * @param k how many to find; fewer where there are fewer rows
   * @param wanted which rows may be found
   * @return the nearest first
   */
  public static List<Neighbour> of(
      EmbeddingTable table, float[] query, int k, IntPredicate wanted) {
    int width = table.width();
    double own = length(query, 0, query.length);
    if (query.length != width || !(own > 0) || Double.isInfinite(own) || k < 1) {
      throw new IllegalArgumentException(
          "a query needs "
              + width
              + " finite numbers that are not all 0, and at least one neighbour, was "
              + query.length
              + " numbers of length "
              + own
              + " and k = "
              + k);
    }
    int blocks = (table.rows() + BLOCK - 1) / BLOCK;
    return IntStream.range(0, blocks)
        .parallel()
        .mapToObj(block -> nearest(table, query, own, k, block * BLOCK, wanted))
        .flatMap(List::stream)
        .sorted(ORDER)
        .limit(k)
        .toList();
  }

  private static List<Neighbour> nearest(
      EmbeddingTable table, float[] query, double own, int k, int from, IntPredicate wanted) {
    PriorityQueue<Neighbour> best = new PriorityQueue<>(k + 1, ORDER.reversed());
    float[] row = new float[query.length];
    for (int i = from; i < Math.min(table.rows(), from + BLOCK); i++) {
      if (table.key(i).broken() || !wanted.test(i)) {
        continue;
      }
      table.copy(i, row, 0);
      double sum = 0;
      for (int j = 0; j < row.length; j++) {
        sum += (double) row[j] * query[j];
      }
      double similarity = sum / (own * length(row, 0, row.length));
      if (Double.isFinite(similarity)) {
        best.add(new Neighbour(i, Math.max(-1, Math.min(1, similarity))));
        if (best.size() > k) {
          best.poll();
        }
      }
    }
    return new ArrayList<>(best);
  }

  /** Returns the Euclidean length of a part of an array. */
  static double length(float[] values, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += (double) values[i] * values[i];
    }
    return Math.sqrt(sum);
  }
}
