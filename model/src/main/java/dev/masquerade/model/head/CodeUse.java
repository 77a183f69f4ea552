package dev.masquerade.model.head;

import java.util.Arrays;

/** How often each code of a tokenizer was chosen. Immutable. */
public final class CodeUse {

  private final long[] counts;
  private final long total;

  private CodeUse(long[] counts) {
    this.counts = counts;
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    this.total = sum;
  }

  /**
   * Counts ids.
   *
   * @param codes V, at least 1
   * @param ids each in {@code [0, V)}
   */
  public static CodeUse of(int codes, int[] ids) {
    if (codes < 1) {
      throw new IllegalArgumentException("codes must be at least 1, was " + codes);
    }
    long[] counts = new long[codes];
    for (int id : ids) {
      counts[id]++;
    }
    return new CodeUse(counts);
  }

  /** Counts ids as devices hold them. */
  public static CodeUse of(int codes, long[] ids) {
    return of(codes, Arrays.stream(ids).mapToInt(Math::toIntExact).toArray());
  }

  /**
   * Returns both counts added up.
   *
   * @param other of as many codes
   */
  public CodeUse plus(CodeUse other) {
    if (other.counts.length != counts.length) {
      throw new IllegalArgumentException(
          "counts of "
              + counts.length
              + " and of "
              + other.counts.length
              + " codes cannot be added up");
    }
    long[] sums = counts.clone();
    for (int code = 0; code < sums.length; code++) {
      sums[code] += other.counts[code];
    }
    return new CodeUse(sums);
  }

  /** Returns V. */
  public int codes() {
    return counts.length;
  }

  /** Returns how many codes were chosen at all. */
  public int used() {
    int used = 0;
    for (long count : counts) {
      used += count > 0 ? 1 : 0;
    }
    return used;
  }

  /** Returns the share of codes that were chosen at all, in {@code [0, 1]}. */
  public double share() {
    return (double) used() / counts.length;
  }

  /**
   * Returns the exponential of the entropy of the choices: as many codes, used evenly, would be as
   * hard to guess. From 1 to V; 1 where nothing was counted.
   */
  public double perplexity() {
    double entropy = 0;
    for (long count : counts) {
      if (count > 0) {
        double share = (double) count / total;
        entropy -= share * Math.log(share);
      }
    }
    return Math.exp(entropy);
  }
}
