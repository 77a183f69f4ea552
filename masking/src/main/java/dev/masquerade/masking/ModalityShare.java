package dev.masquerade.masking;

/**
 * What one modality may receive of the token budgets, in one component of a mixture.
 *
 * <p>Concentrations are the parameters of a Dirichlet distribution: large ones share evenly, small
 * ones give most tokens to few modalities. A modality with concentration 0 is left out of the draw.
 *
 * @param inputConcentration for the encoder's budget; at least 0
 * @param targetConcentration for the decoder's budget; at least 0
 * @param keep how sequences draw what they keep; grids ignore it
 */
public record ModalityShare(
    double inputConcentration, double targetConcentration, KeepScheme keep) {

  /** Receives nothing on either side. */
  public static final ModalityShare NONE = new ModalityShare(0, 0, KeepScheme.RANDOM);

  public ModalityShare {
    refuseUnlessConcentration("input", inputConcentration);
    refuseUnlessConcentration("target", targetConcentration);
  }

  /** Creates a share that keeps tokens of sequences at random. */
  public ModalityShare(double inputConcentration, double targetConcentration) {
    this(inputConcentration, targetConcentration, KeepScheme.RANDOM);
  }

  private static void refuseUnlessConcentration(String side, double concentration) {
    if (!(concentration >= 0 && concentration < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the "
              + side
              + " concentration must be a finite number of at least 0, was "
              + concentration
              + ". 0 leaves the modality out");
    }
  }
}
