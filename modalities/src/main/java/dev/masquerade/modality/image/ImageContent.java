package dev.masquerade.modality.image;

import dev.masquerade.modality.ChannelStatistics;

/** What the three channels of a picture mean. */
enum ImageContent {
  /** Colours. */
  COLOURS(ChannelStatistics.IMAGENET),
  /** Directions: x, y and z of a surface normal, 0 to 255 for -1 to 1. A flip turns x round. */
  NORMALS(ChannelStatistics.symmetric(3));

  private final ChannelStatistics statistics;

  ImageContent(ChannelStatistics statistics) {
    this.statistics = statistics;
  }

  ChannelStatistics statistics() {
    return statistics;
  }
}
