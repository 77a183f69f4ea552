package dev.masquerade.model.transformer;

import ai.djl.ndarray.NDList;

/**
 * What decoder places look at, kept from one encoder pass for any number of decoder passes: the
 * keys and values of every decoder layer's cross-attention. Lives as long as the scope it was made
 * in.
 */
public final class CrossContext {

  private final NDList keysAndValues;
  private final RowLengths lengths;

  /**
   * Keeps arrays.
   *
   * @param keysAndValues (T, H, d) each, two per decoder layer
   */
  CrossContext(NDList keysAndValues, RowLengths lengths) {
    this.keysAndValues = keysAndValues;
    this.lengths = lengths;
  }

  NDList keysAndValues() {
    return keysAndValues;
  }

  /** Returns how many places of each row can be looked at. */
  RowLengths lengths() {
    return lengths;
  }

  /** Returns B, the number of rows. */
  public int rows() {
    return lengths.rows();
  }
}
