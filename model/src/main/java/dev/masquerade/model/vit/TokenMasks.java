package dev.masquerade.model.vit;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * Masks over the tokens of a sequence, prefix included: first the mask token takes the place of
 * masked tokens, then positions are added, then kept tokens are chosen.
 *
 * @param masked (B, S) bool, true where the mask token stands; null for nowhere
 * @param kept (B, K) int64, which tokens go on, in this order; null for all
 */
public record TokenMasks(@Nullable NDArray masked, @Nullable NDArray kept) {

  /** Everything is seen. */
  public static final TokenMasks NONE = new TokenMasks(null, null);
}
