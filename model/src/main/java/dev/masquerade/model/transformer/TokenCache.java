package dev.masquerade.model.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Keys and values of the tokens that were decoded so far, and of what they look at, for decoding
 * sequences token by token. All rows are at the same rank.
 */
public final class TokenCache {

  private final NDList own;
  private final NDList context;
  private final NDArray hidden;
  private final RowLengths lengths;
  private int rank;

  /**
   * Keeps arrays.
   *
   * @param own (B, H, L, d) each, two per decoder layer
   * @param context (B, H, N, d) each, two per decoder layer, zeros behind a row's end
   * @param hidden (B, 1, 1, N), -inf behind a row's end
   */
  TokenCache(NDList own, NDList context, NDArray hidden, RowLengths lengths) {
    this.own = own;
    this.context = context;
    this.hidden = hidden;
    this.lengths = lengths;
  }

  TokenCache with(NDList newOwn, NDList newContext, NDArray newHidden, int[] rows) {
    TokenCache kept = new TokenCache(newOwn, newContext, newHidden, lengths.of(rows));
    kept.rank = rank;
    return kept;
  }

  NDList own() {
    return own;
  }

  NDList context() {
    return context;
  }

  NDArray hidden() {
    return hidden;
  }

  /** Returns how many tokens were decoded. */
  public int rank() {
    return rank;
  }

  /** Returns the number of rows. */
  public int rows() {
    return lengths.rows();
  }

  /** Returns the rank of the next token, which is now counted as decoded. */
  int advance() {
    return rank++;
  }
}
