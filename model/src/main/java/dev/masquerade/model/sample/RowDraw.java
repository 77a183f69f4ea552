package dev.masquerade.model.sample;

import java.nio.FloatBuffer;

/**
 * Draws from one row after another; for one thread.
 *
 * <p>Floats that are not negative are ordered as their bits are. So the threshold of a filter is
 * found as in a radix sort that follows one bucket alone: the upper bits of every number choose a
 * bucket, buckets sum the mass (for top-k: the number) of what falls into them, and from the
 * highest down the one in which the wanted mass is passed is known after one pass. Its members,
 * mostly few, go through the same on the bits below. Two more passes over some members leave equal
 * numbers only, of which the first by id are kept until the mass is passed.
 */
final class RowDraw {

  private static final int BLOCK = 128;
  private static final int[] SHIFTS = {19, 8, 0};
  private static final int[] WIDTHS = {13, 11, 8};

  private final int vocabulary;
  private final TokenFilter filter;
  private final int most;
  private final float[] kept;
  private final float[] weights;
  private final float[] logits;
  private final int[] members;
  private final double[] masses = new double[1 << WIDTHS[0]];
  private final int[] counts = new int[1 << WIDTHS[0]];
  private final double[] blocks;

  /** Of the last filter: a token is kept above the bits, or at them up to an id. */
  private int thresholdBits;

  private int thresholdId;

  RowDraw(int vocabulary, TokenFilter filter) {
    this.vocabulary = vocabulary;
    this.filter = filter;
    this.most = filter.topK().of(vocabulary);
    this.kept = new float[vocabulary];
    this.weights = new float[vocabulary];
    this.logits = new float[most < vocabulary ? vocabulary : 0];
    this.members = new int[vocabulary];
    this.blocks = new double[(vocabulary + BLOCK - 1) / BLOCK];
  }

  /**
   * Draws from a row and writes down what was drawn.
   *
   * @param raw (R, V) logits; read where top-k counts
   * @param plain (R, V) probabilities at temperature 1
   * @param tempered (R, V) probabilities at the temperature
   */
  void draw(
      FloatBuffer raw,
      FloatBuffer plain,
      FloatBuffer tempered,
      int row,
      double uniform,
      Drawn drawn) {
    int at = row * vocabulary;
    boolean filtered = most < vocabulary || filter.topP() < 1;
    (filtered ? plain : tempered).get(at, kept);
    double alive = 1;
    if (most < vocabulary) {
      raw.get(at, logits);
      alive = dropAllButMost();
    }
    thresholdBits = 0;
    thresholdId = vocabulary;
    if (filter.topP() < 1) {
      findThreshold(filter.topP() * alive, (1 - filter.topP()) * alive / vocabulary);
    }
    float[] from = kept;
    if (filtered && tempered != plain) {
      tempered.get(at, weights);
      from = weights;
    }
    double total = sumBlocks(from);
    if (!(total > 0)) {
      // Temperatures near 0 may underflow all but the likeliest, which every filter keeps.
      throw nothingToDraw(row);
    }
    int id = find(from, uniform * total);
    drawn.ids()[row] = id;
    drawn.probabilities()[row] = from[id] / total;
    drawn.unfiltered()[row] = plain.get(at + id);
  }

  static IllegalArgumentException nothingToDraw(int row) {
    return new IllegalArgumentException(
        "row "
            + row
            + " of the logits has no token to draw: a logit is not a number, or all are minus"
            + " infinity");
  }

  /** Zeroes what top-k drops, and returns the mass of what stays. */
  private double dropAllButMost() {
    int threshold = kthLargest();
    double alive = 0;
    for (int i = 0; i < vocabulary; i++) {
      if (sortable(logits[i]) < threshold) {
        kept[i] = 0;
      }
      alive += kept[i];
    }
    return alive;
  }

  /** Returns the sortable bits of the k-th largest logit. */
  private int kthLargest() {
    int wanted = most;
    int found = 0;
    int size = vocabulary;
    for (int i = 0; i < size; i++) {
      members[i] = i;
    }
    for (int level = 0; level < SHIFTS.length; level++) {
      int width = 1 << WIDTHS[level];
      for (int i = 0; i < width; i++) {
        counts[i] = 0;
      }
      for (int i = 0; i < size; i++) {
        counts[digit(sortable(logits[members[i]]), level)]++;
      }
      int bucket = width - 1;
      while (counts[bucket] < wanted) {
        wanted -= counts[bucket];
        bucket--;
      }
      int next = 0;
      for (int i = 0; i < size; i++) {
        if (digit(sortable(logits[members[i]]), level) == bucket) {
          members[next++] = members[i];
        }
      }
      size = next;
      found |= bucket << SHIFTS[level];
    }
    return found ^ Integer.MIN_VALUE;
  }

  /** Returns bits of a level, of a number whose order is that of ints. */
  private static int digit(int sortable, int level) {
    return ((sortable ^ Integer.MIN_VALUE) >>> SHIFTS[level]) & ((1 << WIDTHS[level]) - 1);
  }

  /** Returns a whole number ordered as the float is; -0 and 0 are one. */
  private static int sortable(float value) {
    int bits = Float.floatToRawIntBits(value + 0.0f);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }

  /**
   * Finds where the probabilities pass a mass.
   *
   * @param mass what the tokens before the last one kept do not exceed
   * @param least tokens below it together have less than what lies beyond the mass, so that none of
   *     them is reached
   */
  private void findThreshold(double mass, double least) {
    float[] values = kept;
    int leastBits = Math.max(1, Float.floatToRawIntBits((float) (least * 0.5)));
    int levelBuckets = Float.floatToRawIntBits(2f) >>> SHIFTS[0];
    for (int i = 0; i < levelBuckets; i++) {
      masses[i] = 0;
    }
    for (int i = 0; i < vocabulary; i++) {
      float value = values[i];
      int bits = Float.floatToRawIntBits(value);
      if (bits >= leastBits) {
        masses[(bits >>> SHIFTS[0]) & 0xfff] += value;
      }
    }
    double left = mass;
    int bucket = levelBuckets - 1;
    while (bucket > 0 && masses[bucket] <= left) {
      left -= masses[bucket];
      bucket--;
    }
    int size = 0;
    for (int i = 0; i < vocabulary; i++) {
      if (Float.floatToRawIntBits(values[i]) >>> SHIFTS[0] == bucket) {
        members[size++] = i;
      }
    }
    int prefix = bucket << SHIFTS[0];
    for (int level = 1; level < SHIFTS.length; level++) {
      int width = 1 << WIDTHS[level];
      int shift = SHIFTS[level];
      for (int i = 0; i < width; i++) {
        masses[i] = 0;
      }
      for (int i = 0; i < size; i++) {
        float value = values[members[i]];
        masses[(Float.floatToRawIntBits(value) >>> shift) & (width - 1)] += value;
      }
      int digit = width - 1;
      while (digit > 0 && masses[digit] <= left) {
        left -= masses[digit];
        digit--;
      }
      int next = 0;
      for (int i = 0; i < size; i++) {
        int bits = Float.floatToRawIntBits(values[members[i]]);
        if (((bits >>> shift) & (width - 1)) == digit) {
          members[next++] = members[i];
        }
      }
      size = next;
      prefix |= digit << shift;
    }
    thresholdBits = prefix;
    for (int i = 0; i < size; i++) {
      left -= values[members[i]];
      if (left < 0) {
        thresholdId = members[i];
        return;
      }
    }
  }

  private double sumBlocks(float[] from) {
    float threshold = Float.intBitsToFloat(thresholdBits);
    double total = 0;
    for (int block = 0; block < blocks.length; block++) {
      int end = Math.min(vocabulary, (block + 1) * BLOCK);
      double sum = 0;
      for (int i = block * BLOCK; i < end; i++) {
        if (isKept(kept[i], i, threshold)) {
          sum += from[i];
        }
      }
      blocks[block] = sum;
      total += sum;
    }
    return total;
  }

  private boolean isKept(float value, int id, float threshold) {
    return value > threshold || (value == threshold && id <= thresholdId && value > 0);
  }

  /** Returns the token in which a mass is passed, in the order of ids. */
  private int find(float[] from, double mass) {
    float threshold = Float.intBitsToFloat(thresholdBits);
    double left = mass;
    int block = 0;
    while (block < blocks.length - 1 && blocks[block] <= left) {
      left -= blocks[block];
      block++;
    }
    int last = -1;
    for (int i = block * BLOCK; i < Math.min(vocabulary, (block + 1) * BLOCK); i++) {
      if (isKept(kept[i], i, threshold) && from[i] > 0) {
        last = i;
        left -= from[i];
        if (left < 0) {
          return i;
        }
      }
    }
    if (last >= 0) {
      return last;
    }
    // Rounding left nothing in the last blocks: the last token that can be drawn.
    for (int i = vocabulary - 1; i >= 0; i--) {
      if (isKept(kept[i], i, threshold) && from[i] > 0) {
        return i;
      }
    }
    throw new IllegalStateException("a row with mass has a token");
  }
}
