package dev.masquerade.train.generate;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.TokenizedModality;
import org.jspecify.annotations.Nullable;

/**
 * What a model is shown of one modality.
 *
 * @param modality an input of the model
 * @param tokens all of its tokens; a sequence may hold sentinels where more may stand
 * @param ignored (L) true where the model must not see a token of a grid; null shows all
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record Condition(
    ModalityName modality, TokenizedModality tokens, boolean @Nullable [] ignored) {

  public Condition {
    if (ignored != null && ignored.length != tokens.length()) {
      throw new IllegalArgumentException(
          modality
              + " has "
              + tokens.length()
              + " tokens, and it was said of "
              + ignored.length
              + " whether they are ignored");
    }
  }

  /** Creates a condition that is seen whole. */
  public Condition(ModalityName modality, TokenizedModality tokens) {
    this(modality, tokens, null);
  }
}
