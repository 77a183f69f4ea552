package dev.masquerade.masking.span;

/** The random choices of span masking. Used by one thread. */
public interface SpanDraws {

  /**
   * Starts choosing what is kept, from the first token or chunk of the sequence.
   *
   * @param keep probability with which {@link #keeps} says yes; 0 to 1
   */
  void startRound(double keep);

  /** Decides whether the next token or chunk is kept. */
  boolean keeps();

  /** Returns a whole number drawn evenly from {@code [0, bound)}. */
  int below(int bound);
}
