package dev.masquerade.train.analysis;

import dev.masquerade.train.embedding.EmbeddingTable;

/**
 * Whether an embedding gives every image the same vector.
 *
 * @param deviation of the entries of rows scaled to length 1, the mean over columns; 0 where all
 *     rows point the same way
 * @param even what it is where rows point everywhere alike: {@code 1 / sqrt(D)}
 */
public record Collapse(double deviation, double even) {

  private static final double COLLAPSED = 0.1;

  /** Measures the rows of a table that hold an embedding. */
  public static Collapse of(EmbeddingTable table) {
    int width = table.width();
    double[] means = new double[width];
    double[] squares = new double[width];
    float[] row = new float[width];
    long count = 0;
    for (int i = 0; i < table.rows(); i++) {
      table.copy(i, row, 0);
      double length = NearestRows.length(row, 0, width);
      if (table.key(i).broken() || !(length > 0) || Double.isInfinite(length)) {
        continue;
      }
      count++;
      for (int j = 0; j < width; j++) {
        double value = row[j] / length;
        double before = value - means[j];
        means[j] += before / count;
        squares[j] += before * (value - means[j]);
      }
    }
    double sum = 0;
    for (double square : squares) {
      sum += count > 1 ? Math.sqrt(square / (count - 1)) : 0;
    }
    return new Collapse(width == 0 ? 0 : sum / width, width == 0 ? 0 : 1 / Math.sqrt(width));
  }

  /** Says whether rows hardly differ in direction. */
  public boolean collapsed() {
    return deviation < COLLAPSED * even;
  }
}
