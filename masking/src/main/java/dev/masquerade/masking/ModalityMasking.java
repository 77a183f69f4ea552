package dev.masquerade.masking;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;

/** Masks one modality within its budgets. Holds scratch, so it is used by one thread. */
sealed interface ModalityMasking permits GridMasking, SequenceMasking, VectorMasking {

  /** Budget that sets no limit. */
  int UNLIMITED = Integer.MAX_VALUE;

  /**
   * Masks one sample's tokens into a row that is wholly ignored.
   *
   * @param tokens of this modality
   * @param inputBudget most tokens the encoder is given
   * @param targetBudget most tokens the decoder is given, or {@link #UNLIMITED}
   * @param keep how sequences draw what they keep
   */
  void mask(
      TokenizedModality tokens,
      int inputBudget,
      int targetBudget,
      KeepScheme keep,
      TokenDraws draws,
      MaskedBatch.Part part,
      int row);

  /** Gives all tokens to the encoder. */
  void maskAsInput(TokenizedModality tokens, MaskedBatch.Part part, int row);

  /** Gives all tokens to the decoder. */
  void maskAsTarget(TokenizedModality tokens, MaskedBatch.Part part, int row);

  /** Returns the masking that a modality's layout asks for. */
  static ModalityMasking of(ModalitySpec spec) {
    if (spec.layout() instanceof TokenLayout.Sequence layout) {
      return new SequenceMasking(spec, layout);
    }
    if (spec.layout() instanceof TokenLayout.Vectors layout) {
      return new VectorMasking(spec, layout);
    }
    return new GridMasking(spec);
  }

  /** Draws the probability with which tokens or chunks are kept. */
  static double keepProbability(KeepScheme scheme, TokenDraws draws) {
    return switch (scheme) {
      case RANDOM -> draws.unit();
      case ALL -> 1;
      case BINARY -> draws.coin() ? 1 : 0;
    };
  }
}
