package dev.masquerade.data.augment;

import org.apache.commons.rng.UniformRandomProvider;

/**
 * A way of changing what a picture looks like. Immutable; {@code toString} says all that decides
 * what it does, for records of how data came to be.
 */
public interface Retoucher {

  /**
   * Retouches a picture of colours.
   *
   * @param rgb (height, width, 3) 8-bit samples; may be written to
   * @param rng stream of this view, advanced by this call; equal streams give equal results
   * @return samples of the same size, {@code rgb} or others
   */
  byte[] retouch(byte[] rgb, int height, int width, UniformRandomProvider rng);
}
