package dev.masquerade.data.augment;

import dev.masquerade.modality.View;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * How often left and right are exchanged.
 *
 * @param value in {@code [0, 1]}
 */
record FlipProbability(double value) {
  FlipProbability {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("a probability must lie in [0, 1], was " + value);
    }
  }

  /** Draws whether to flip; draws nothing where the answer is certain. */
  View apply(View view, UniformRandomProvider rng) {
    boolean flipped = value > 0 && (value >= 1 || rng.nextDouble() < value);
    return flipped ? view.withFlip() : view;
  }
}
