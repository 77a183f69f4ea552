package dev.masquerade.train.analysis;

import dev.masquerade.train.embedding.EmbeddingKey;
import dev.masquerade.train.embedding.EmbeddingTable;
import java.util.List;

/** A table of given rows; those with a number that is not finite are as if written by a model. */
record MemoryTable(float[][] values, List<EmbeddingKey> keys) implements EmbeddingTable {

  static MemoryTable of(float[]... values) {
    return new MemoryTable(
        values,
        java.util.stream.IntStream.range(0, values.length)
            .mapToObj(row -> new EmbeddingKey("row " + row, ""))
            .toList());
  }

  @Override
  public int rows() {
    return values.length;
  }

  @Override
  public int width() {
    return values[0].length;
  }

  @Override
  public EmbeddingKey key(int row) {
    return keys.get(row);
  }

  @Override
  public void copy(int row, float[] target, int at) {
    System.arraycopy(values[row], 0, target, at, width());
  }

  @Override
  public void close() {}
}
