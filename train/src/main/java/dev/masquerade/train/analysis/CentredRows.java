package dev.masquerade.train.analysis;

import dev.masquerade.train.embedding.EmbeddingKey;
import dev.masquerade.train.embedding.EmbeddingTable;
import java.io.IOException;

/**
 * Rows of a table without the mean of all of them. Vectors that share a large part, such as the
 * colour of every background, are told apart by what is left.
 */
public final class CentredRows implements EmbeddingTable {

  private final EmbeddingTable table;
  private final float[] mean;

  private CentredRows(EmbeddingTable table, float[] mean) {
    this.table = table;
    this.mean = mean;
  }

  /**
   * Looks at a table without its mean. A table of fewer than two rows stays as it is: nothing would
   * be left of it.
   *
   * @param table closed with the result
   */
  public static CentredRows of(EmbeddingTable table) {
    double[] sums = new double[table.width()];
    float[] row = new float[table.width()];
    int rows = 0;
    for (int i = 0; i < table.rows(); i++) {
      if (!table.key(i).broken()) {
        table.copy(i, row, 0);
        for (int j = 0; j < row.length; j++) {
          sums[j] += row[j];
        }
        rows++;
      }
    }
    float[] mean = new float[table.width()];
    for (int j = 0; j < mean.length && rows > 1; j++) {
      mean[j] = (float) (sums[j] / rows);
    }
    return new CentredRows(table, mean);
  }

  /** Returns a vector without the mean. */
  public float[] centred(float[] vector) {
    float[] result = vector.clone();
    for (int j = 0; j < result.length; j++) {
      result[j] -= mean[j];
    }
    return result;
  }

  @Override
  public int rows() {
    return table.rows();
  }

  @Override
  public int width() {
    return table.width();
  }

  @Override
  public EmbeddingKey key(int row) {
    return table.key(row);
  }

  @Override
  public void copy(int row, float[] target, int at) {
    table.copy(row, target, at);
    for (int j = 0; j < mean.length; j++) {
      target[at + j] -= mean[j];
    }
  }

  @Override
  public void close() throws IOException {
    table.close();
  }
}
