package dev.masquerade.train.embedding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows in memory. Written by one thread, then read by any. */
public final class MemoryEmbeddings implements EmbeddingSink, EmbeddingTable {

  private final int width;
  private final List<float[]> values = new ArrayList<>();
  private final List<EmbeddingKey> keys = new ArrayList<>();

  /** Starts without a row. */
  public MemoryEmbeddings(int width) {
    this.width = width;
  }

  @Override
  public EmbeddingKey add(EmbeddingKey key, float[] row, int from) {
    for (int i = 0; i < width; i++) {
      if (!Float.isFinite(row[from + i])) {
        return addBroken(key.brokenBy(EmbeddingWriter.NOT_FINITE));
      }
    }
    values.add(Arrays.copyOfRange(row, from, from + width));
    keys.add(key);
    return key;
  }

  @Override
  public EmbeddingKey addBroken(EmbeddingKey key) {
    float[] nothing = new float[width];
    Arrays.fill(nothing, Float.NaN);
    values.add(nothing);
    keys.add(key);
    return key;
  }

  @Override
  public int rows() {
    return keys.size();
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public EmbeddingKey key(int row) {
    return keys.get(row);
  }

  @Override
  public void copy(int row, float[] target, int at) {
    System.arraycopy(values.get(row), 0, target, at, width);
  }

  @Override
  public void close() {}
}
