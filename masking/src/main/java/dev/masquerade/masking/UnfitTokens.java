package dev.masquerade.masking;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenizedModality;

/** Tokens that contradict the spec of their modality: a mistake of the tokenizer, not of a user. */
final class UnfitTokens {

  private UnfitTokens() {}

  static IllegalArgumentException because(ModalitySpec spec, String reason) {
    return new IllegalArgumentException(
        "modality "
            + spec.name()
            + ": "
            + reason
            + ". Its tokenizer must give tokens as its spec declares");
  }

  static IllegalArgumentException ofKind(ModalitySpec spec, TokenizedModality tokens) {
    return because(
        spec,
        tokens.getClass().getSimpleName()
            + " do not go with "
            + spec.space()
            + " on "
            + spec.layout());
  }
}
