package dev.masquerade.train.analysis;

import dev.masquerade.train.embedding.EmbeddingKey;
import dev.masquerade.train.embedding.EmbeddingTable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/** Rows of a table in memory: all that hold an embedding, or as many of them as asked for. */
public final class RowSample {

  private final float[][] values;
  private final List<EmbeddingKey> keys;
  private final List<EmbeddingKey> leftOut;
  private final int usable;

  private RowSample(
      float[][] values, List<EmbeddingKey> keys, List<EmbeddingKey> leftOut, int usable) {
    this.values = values;
    this.keys = List.copyOf(keys);
    this.leftOut = List.copyOf(leftOut);
    this.usable = usable;
  }

  /**
   * Draws rows without putting back, and keeps them in the table's order.
   *
   * @param most largest number of rows to take
   * @param seed decides which, where there are more
   */
  public static RowSample of(EmbeddingTable table, int most, long seed) {
    BitSet good = new BitSet(table.rows());
    List<EmbeddingKey> leftOut = new ArrayList<>();
    float[] row = new float[table.width()];
    for (int i = 0; i < table.rows(); i++) {
      table.copy(i, row, 0);
      if (!table.key(i).broken() && finite(row)) {
        good.set(i);
      } else {
        leftOut.add(table.key(i));
      }
    }
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
    int usable = good.cardinality();
    int wanted = Math.min(most, usable);
    float[][] values = new float[wanted][];
    List<EmbeddingKey> keys = new ArrayList<>(wanted);
    int seen = 0;
    for (int i = good.nextSetBit(0); i >= 0; i = good.nextSetBit(i + 1)) {
      if (rng.nextInt(usable - seen) < wanted - keys.size()) {
        float[] taken = new float[table.width()];
        table.copy(i, taken, 0);
        values[keys.size()] = taken;
        keys.add(table.key(i));
      }
      seen++;
    }
    return new RowSample(values, keys, leftOut, usable);
  }

  private static boolean finite(float[] row) {
    for (float value : row) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the rows taken, (N, D); owned by the sample. */
  public float[][] values() {
    return values;
  }

  /** Returns what the rows taken belong to. */
  public List<EmbeddingKey> keys() {
    return keys;
  }

  /** Returns what the rows that hold no embedding, or numbers that are not finite, belong to. */
  public List<EmbeddingKey> leftOut() {
    return leftOut;
  }

  /** Returns how many rows could have been taken. */
  public int usable() {
    return usable;
  }
}
