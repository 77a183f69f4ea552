package dev.masquerade.masking.budget;

/**
 * How few and how many tokens one modality may give to one side.
 *
 * @param min at least 0; draws are repeated until a modality that takes part has as many
 * @param max at least {@code min}; what a draw gives beyond it is lost
 * @param exclusive whether a token the encoder sees cannot be predicted, as on grids
 */
public record BudgetLimits(int min, int max, boolean exclusive) {
  public BudgetLimits {
    if (min < 0 || max < min) {
      throw new IllegalArgumentException(
          "budget limits need 0 <= min <= max, were " + min + " and " + max);
    }
  }

  /** Returns the most the decoder may be given where the encoder is given {@code input}. */
  int targetMax(int input) {
    return exclusive ? Math.max(min, max - input) : max;
  }
}
