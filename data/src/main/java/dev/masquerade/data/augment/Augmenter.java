package dev.masquerade.data.augment;

import dev.masquerade.modality.View;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Chooses what part of a sample is looked at. Immutable; {@code toString} says all that decides its
 * choice, for records of how data came to be.
 */
public interface Augmenter {

  /**
   * Draws a view.
   *
   * @param frame what can be looked at
   * @param rng stream of this use of the sample, advanced by this call; equal streams give equal
   *     views
   */
  View view(SampleFrame frame, UniformRandomProvider rng);
}
