package dev.masquerade.data.prepare;

import dev.masquerade.data.augment.Augmenter;

/**
 * How tokens are computed ahead of training.
 *
 * @param crops how many parts of each sample are looked at; crop 0 is the centred square
 * @param cropping draws the other crops
 * @param seed of those draws
 * @param threads shards that are worked on at a time; does not change what is written
 * @param maxBadSamples bad samples that are left out before writing fails
 */
public record TokenShardSettings(
    int crops, Augmenter cropping, long seed, int threads, long maxBadSamples) {
  public TokenShardSettings {
    if (crops < 1 || threads < 1 || maxBadSamples < 0) {
      throw new IllegalArgumentException(
          "crops and threads must be at least 1 and maxBadSamples at least 0, were "
              + crops
              + ", "
              + threads
              + " and "
              + maxBadSamples);
    }
  }
}
