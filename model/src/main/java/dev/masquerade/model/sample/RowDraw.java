package dev.masquerade.model.sample;

import java.nio.FloatBuffer;
import java.util.Arrays;

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

  /** Buckets of the first level that probabilities, at most 1, fall into. */
  private static final int PROBABLE = Float.floatToRawIntBits(2f) >>> SHIFTS[0];

  private final int vocabulary;
  private final TokenFilter filter;
  private final int most;
  private final float[] kept;
  private final float[] weights;
  private final float[] logits;
  private final int[] members;
  private final double[] masses = new double[1 << WIDTHS[0]];
  private final double[] oddMasses = new double[1 << WIDTHS[0]];
  private final int[] counts = new int[1 << WIDTHS[0]];
  private final double[] blocks;

  /** Bits of the least probability that is kept; what is dropped has none of at least these. */
  private int threshold;

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
    float[] from = kept;
    if (filtered && tempered != plain) {
      tempered.get(at, weights);
      from = weights;
    }
    double alive = 1;
    if (most < vocabulary) {
      raw.get(at, logits);
      alive = dropAllButMost();
    }
    threshold = 1;
    if (filter.topP() < 1) {
      findThreshold(filter.topP() * alive, (1 - filter.topP()) * alive / vocabulary);
    }
    double total = sumBlocks(from);
    if (!(total > 0)) {
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
    int least = kthLargest();
    double alive = 0;
    for (int i = 0; i < vocabulary; i++) {
      if (sortable(logits[i]) < least) {
        kept[i] = 0;
      }
      alive += kept[i];
    }
    return alive;
  }

  /** Returns the sortable bits of the k-th largest logit. */
  private int kthLargest() {
    Arrays.fill(counts, 0);
    for (int i = 0; i < vocabulary; i++) {
      counts[digit(sortable(logits[i]), 0)]++;
    }
    int wanted = most;
    int bucket = counts.length - 1;
    while (counts[bucket] < wanted) {
      wanted -= counts[bucket];
      bucket--;
    }
    int size = 0;
    for (int i = 0; i < vocabulary; i++) {
      if (digit(sortable(logits[i]), 0) == bucket) {
        members[size++] = i;
      }
    }
    int found = bucket << SHIFTS[0];
    for (int level = 1; level < SHIFTS.length; level++) {
      int width = 1 << WIDTHS[level];
      Arrays.fill(counts, 0, width, 0);
      for (int i = 0; i < size; i++) {
        counts[digit(sortable(logits[members[i]]), level)]++;
      }
      int digit = width - 1;
      while (counts[digit] < wanted) {
        wanted -= counts[digit];
        digit--;
      }
      int next = 0;
      for (int i = 0; i < size; i++) {
        if (digit(sortable(logits[members[i]]), level) == digit) {
          members[next++] = members[i];
        }
      }
      size = next;
      found |= digit << SHIFTS[level];
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
   * Finds where the probabilities pass a mass, and zeroes those equal to the last one kept that
   * come after it.
   *
   * @param mass what the tokens before the last one kept do not exceed
   * @param least tokens below it together have less than what lies beyond the mass, so that none of
   *     them is reached
   */
  private void findThreshold(double mass, double least) {
    sumMasses(Math.max(1, Float.floatToRawIntBits((float) (least * 0.5))));
    double left = mass;
    int bucket = PROBABLE - 1;
    while (bucket > 0 && masses[bucket] <= left) {
      left -= masses[bucket];
      bucket--;
    }
    int size = 0;
    for (int i = 0; i < vocabulary; i++) {
      if (Float.floatToRawIntBits(kept[i]) >>> SHIFTS[0] == bucket) {
        members[size++] = i;
      }
    }
    int prefix = bucket << SHIFTS[0];
    for (int level = 1; level < SHIFTS.length; level++) {
      int width = 1 << WIDTHS[level];
      int shift = SHIFTS[level];
      Arrays.fill(masses, 0, width, 0);
      for (int i = 0; i < size; i++) {
        float value = kept[members[i]];
        masses[(Float.floatToRawIntBits(value) >>> shift) & (width - 1)] += value;
      }
      int digit = width - 1;
      while (digit > 0 && masses[digit] <= left) {
        left -= masses[digit];
        digit--;
      }
      int next = 0;
      for (int i = 0; i < size; i++) {
        int bits = Float.floatToRawIntBits(kept[members[i]]);
        if (((bits >>> shift) & (width - 1)) == digit) {
          members[next++] = members[i];
        }
      }
      size = next;
      prefix |= digit << shift;
    }
    threshold = Math.max(1, prefix);
    boolean passed = false;
    for (int i = 0; i < size; i++) {
      if (passed) {
        kept[members[i]] = 0;
      } else {
        left -= kept[members[i]];
        passed = left < 0;
      }
    }
  }

  /**
   * Sums probabilities into the buckets of the first level. Numbers of one bucket share their
   * exponent, so their sum in double precision is exact in any order; two sets of buckets keep
   * neighbours from waiting for each other.
   */
  private void sumMasses(int leastBits) {
    float[] values = kept;
    double[] even = masses;
    double[] odd = oddMasses;
    Arrays.fill(even, 0, PROBABLE, 0);
    Arrays.fill(odd, 0, PROBABLE, 0);
    int i = 0;
    for (; i < vocabulary - 1; i += 2) {
      int first = Float.floatToRawIntBits(values[i]);
      int second = Float.floatToRawIntBits(values[i + 1]);
      if (first >= leastBits) {
        even[(first >>> SHIFTS[0]) & 0xfff] += values[i];
      }
      if (second >= leastBits) {
        odd[(second >>> SHIFTS[0]) & 0xfff] += values[i + 1];
      }
    }
    if (i < vocabulary && Float.floatToRawIntBits(values[i]) >= leastBits) {
      even[(Float.floatToRawIntBits(values[i]) >>> SHIFTS[0]) & 0xfff] += values[i];
    }
    for (int bucket = 0; bucket < PROBABLE; bucket++) {
      even[bucket] += odd[bucket];
    }
  }

  private double sumBlocks(float[] from) {
    double total = 0;
    for (int block = 0; block < blocks.length; block++) {
      int end = Math.min(vocabulary, (block + 1) * BLOCK);
      double even = 0;
      double odd = 0;
      int i = block * BLOCK;
      for (; i < end - 1; i += 2) {
        even += weight(from, i);
        odd += weight(from, i + 1);
      }
      if (i < end) {
        even += weight(from, i);
      }
      blocks[block] = even + odd;
      total += blocks[block];
    }
    return total;
  }

  /** Returns what a token weighs; 0 if it is dropped. Half of the tokens may be: no branch. */
  private float weight(float[] from, int id) {
    int dropped = (Float.floatToRawIntBits(kept[id]) - threshold) >> 31;
    return Float.intBitsToFloat(Float.floatToRawIntBits(from[id]) & ~dropped);
  }

  /** Returns the token in which a mass is passed, in the order of ids. */
  private int find(float[] from, double mass) {
    double left = mass;
    int block = 0;
    while (block < blocks.length - 1 && blocks[block] <= left) {
      left -= blocks[block];
      block++;
    }
    int end = Math.min(vocabulary, (block + 1) * BLOCK);
    for (int i = block * BLOCK; i < end; i++) {
      left -= weight(from, i);
      if (left < 0) {
        return i;
      }
    }
    // Rounding left nothing: the last token that can be drawn.
    int last = end - 1;
    while (!(weight(from, last) > 0)) {
      last--;
    }
    return last;
  }
}
