package dev.masquerade.masking.budget;

/**
 * Draws from one Dirichlet distribution. {@link DirichletShares} draws at random; tests replay
 * recorded draws. Used by one thread.
 */
public interface ShareDraws {

  /**
   * Draws proportions.
   *
   * @param into receives one number of at least 0 per share, summing to 1
   */
  void draw(double[] into);

  /** Returns which share is the largest of a fresh draw. */
  int largest();
}
