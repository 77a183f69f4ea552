package dev.masquerade.model.head;

import java.util.Arrays;

/**
 * How often each code of a tokenizer was chosen; of several codebooks each by itself. Immutable.
 */
public final class CodeUse {

  private final long[][] counts;

  private CodeUse(long[][] counts) {
    this.counts = counts;
  }

  /**
   * Counts the ids of one codebook.
   *
   * @param codes V, at least 1
   * @param ids each in {@code [0, V)}
   */
  public static CodeUse of(int codes, int[] ids) {
    return ofFrame(codes, 1, ids);
  }

  /**
   * Counts the ids of a frame.
   *
   * @param codes V, at least 1
   * @param books H, at least 1
   * @param ids (H, L) codebook after codebook, each in {@code [0, V)}
   */
  public static CodeUse ofFrame(int codes, int books, int[] ids) {
    int places = places(codes, books, ids.length);
    long[][] counts = new long[books][codes];
    for (int i = 0; i < ids.length; i++) {
      counts[i / places][ids[i]]++;
    }
    return new CodeUse(counts);
  }

  /**
   * Counts ids as quantizers give them.
   *
   * @param codes V, at least 1
   * @param books H, at least 1
   * @param ids (K, H) place after place, each in {@code [0, V)}
   */
  public static CodeUse ofPlaces(int codes, int books, long[] ids) {
    places(codes, books, ids.length);
    long[][] counts = new long[books][codes];
    for (int i = 0; i < ids.length; i++) {
      counts[i % books][Math.toIntExact(ids[i])]++;
    }
    return new CodeUse(counts);
  }

  private static int places(int codes, int books, int ids) {
    if (codes < 1 || books < 1) {
      throw new IllegalArgumentException(
          "codes and books must be at least 1, were " + codes + " and " + books);
    }
    if (ids % books != 0) {
      throw new IllegalArgumentException(ids + " ids are not shared evenly by " + books + " books");
    }
    return ids / books;
  }

  /**
   * Returns both counts added up.
   *
   * @param other of as many codebooks and codes
   */
  public CodeUse plus(CodeUse other) {
    if (other.books() != books() || other.codes() != codes()) {
      throw new IllegalArgumentException(
          "counts of " + size() + " and of " + other.size() + " codes cannot be added up");
    }
    long[][] sums = new long[books()][codes()];
    for (int book = 0; book < sums.length; book++) {
      for (int code = 0; code < sums[book].length; code++) {
        sums[book][code] = counts[book][code] + other.counts[book][code];
      }
    }
    return new CodeUse(sums);
  }

  private String size() {
    return books() == 1 ? String.valueOf(codes()) : books() + " x " + codes();
  }

  /** Returns V, how many codes each codebook has. */
  public int codes() {
    return counts[0].length;
  }

  /** Returns H, the number of codebooks. */
  public int books() {
    return counts.length;
  }

  /** Returns how many codes were chosen at all, of all codebooks together. */
  public int used() {
    int used = 0;
    for (long[] book : counts) {
      for (long count : book) {
        used += count > 0 ? 1 : 0;
      }
    }
    return used;
  }

  /** Returns the share of codes that were chosen at all, in {@code [0, 1]}. */
  public double share() {
    return (double) used() / (books() * codes());
  }

  /**
   * Returns the exponential of the entropy of the choices: as many codes, used evenly, would be as
   * hard to guess. From 1 to V; 1 where nothing was counted; of several codebooks the mean.
   */
  public double perplexity() {
    double sum = 0;
    for (long[] book : counts) {
      long total = Arrays.stream(book).sum();
      double entropy = 0;
      for (long count : book) {
        if (count > 0) {
          double share = (double) count / total;
          entropy -= share * Math.log(share);
        }
      }
      sum += Math.exp(entropy);
    }
    return sum / books();
  }
}
