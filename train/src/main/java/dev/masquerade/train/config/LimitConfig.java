package dev.masquerade.train.config;

import dev.masquerade.masking.TokenRange;
import dev.masquerade.modality.ModalitySpec;
import java.util.OptionalInt;

/**
 * How few and how many tokens of one modality each side may be given.
 *
 * @param min at least 0
 * @param max at least {@code min}; empty for as many as the modality has
 */
public record LimitConfig(int min, OptionalInt max) {
  public LimitConfig {
    if (min < 0 || max.orElse(min) < min) {
      throw new IllegalArgumentException(
          "a limit needs 0 <= min <= max, was min " + min + " and max " + max.getAsInt());
    }
  }

  /** Returns the limit in tokens, now that the modality is known. */
  TokenRange of(ModalitySpec spec) {
    return new TokenRange(min, Math.max(min, max.orElse(spec.layout().maxTokens())));
  }
}
