package dev.masquerade.train.optim;

/**
 * How an optimiser treats parameters differently.
 *
 * @param decay which of them are pulled towards zero
 * @param rate how fast each moves
 */
public record ParameterGroups(DecayRule decay, RateScale rate) {

  /** The groups of the 4M reference: one rate, norms and biases without decay. */
  public static final ParameterGroups FOUR_M = of(DecayRule.NORMS_AND_BIASES_FREE);

  /** Returns groups that all move at one rate. */
  public static ParameterGroups of(DecayRule decay) {
    return new ParameterGroups(decay, RateScale.ONE);
  }
}
