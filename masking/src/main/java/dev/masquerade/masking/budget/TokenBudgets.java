package dev.masquerade.masking.budget;

import java.util.Arrays;
import java.util.List;

/**
 * Shares out the tokens of encoder and decoder among modalities.
 *
 * <p>Drawn proportions are floored; each token left over goes to the largest entry of a fresh draw.
 * Draws are repeated until every modality that takes part has its minimum, up to a number of
 * attempts; the last one then stands. Caps come last, and what they cut off is not given to others.
 *
 * <p>Immutable.
 *
 * @see <a href="https://arxiv.org/abs/2312.06647">4M: Massively Multimodal Masked Modeling</a>
 */
public final class TokenBudgets {

  /** Attempts of the 4M reference. */
  public static final int ATTEMPTS = 100;

  private final BudgetLimits[] limits;
  private final int attempts;

  /**
   * Creates budgets.
   *
   * @param limits per modality, in run order
   * @param attempts how often a side is drawn, at most, to meet all minima; at least 1
   */
  public TokenBudgets(List<BudgetLimits> limits, int attempts) {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts must be at least 1, was " + attempts);
    }
    this.limits = limits.toArray(BudgetLimits[]::new);
    this.attempts = attempts;
  }

  /**
   * Shares out the encoder's tokens.
   *
   * @param total tokens to share
   * @param takers indices of the modalities that take part, one per share of {@code draws}
   * @param draws proportions of the takers
   * @param shares scratch of at least as many entries as there are takers
   * @param input receives the budget of every modality; 0 for those that do not take part
   * @return whether every taker has its minimum
   */
  public boolean shareInput(
      int total, int[] takers, ShareDraws draws, double[] shares, int[] input) {
    boolean met = share(total, takers, draws, shares, input);
    for (int taker : takers) {
      input[taker] = Math.min(input[taker], limits[taker].max());
    }
    return met;
  }

  /**
   * Shares out the decoder's tokens.
   *
   * @param total tokens to share
   * @param takers indices of the modalities that take part, one per share of {@code draws}
   * @param draws proportions of the takers
   * @param shares scratch of at least as many entries as there are takers
   * @param input what {@link #shareInput} gave
   * @param target receives the budget of every modality; 0 for those that do not take part
   * @return whether every taker has its minimum
   */
  public boolean shareTarget(
      int total, int[] takers, ShareDraws draws, double[] shares, int[] input, int[] target) {
    boolean met = share(total, takers, draws, shares, target);
    for (int taker : takers) {
      target[taker] = Math.min(target[taker], limits[taker].targetMax(input[taker]));
    }
    return met;
  }

  private boolean share(int total, int[] takers, ShareDraws draws, double[] shares, int[] budget) {
    for (int attempt = 0; attempt < attempts; attempt++) {
      Arrays.fill(budget, 0);
      draws.draw(shares);
      int given = 0;
      for (int i = 0; i < takers.length; i++) {
        int floor = (int) (shares[i] * total);
        budget[takers[i]] = floor;
        given += floor;
      }
      for (; given < total; given++) {
        budget[takers[draws.largest()]]++;
      }
      if (meetsMinima(takers, budget)) {
        return true;
      }
    }
    return false;
  }

  private boolean meetsMinima(int[] takers, int[] budget) {
    for (int taker : takers) {
      if (budget[taker] < limits[taker].min()) {
        return false;
      }
    }
    return true;
  }
}
