package dev.masquerade.masking;

import dev.masquerade.masking.span.SpanDraws;

/**
 * Every random choice of masking but the budgets. {@link RandomTokenDraws} draws at random; tests
 * replay recorded draws. Used by one thread.
 */
interface TokenDraws extends SpanDraws {

  /** Returns a number drawn evenly from {@code [0, 1)}. */
  double unit();

  /** Returns true or false, evenly. */
  boolean coin();

  /**
   * Draws the beginning of a random order.
   *
   * @param total how many places there are
   * @param count how many of them to draw, at most {@code total}
   * @param into receives {@code count} different numbers of {@code [0, total)}, every selection and
   *     order being equally likely; longer than {@code total}, and scratch beyond {@code count}
   */
  void order(int total, int count, int[] into);
}
