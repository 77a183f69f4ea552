package dev.masquerade.modality;

import java.util.List;

/**
 * Mean and standard deviation per channel, for samples scaled to {@code [0, 1]}.
 *
 * @param mean one value per channel
 * @param deviation one positive value per channel
 */
public record ChannelStatistics(List<Float> mean, List<Float> deviation) {

  /** Colour statistics of ImageNet, which 4M, MAE and most vision transformers use. */
  public static final ChannelStatistics IMAGENET =
      new ChannelStatistics(List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f));

  public ChannelStatistics {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.isEmpty() || mean.size() != deviation.size()) {
      throw new IllegalArgumentException(
          "mean and deviation need one value per channel each, had "
              + mean.size()
              + " and "
              + deviation.size());
    }
    for (float value : deviation) {
      if (!(value > 0)) {
        throw new IllegalArgumentException("a deviation must be positive, was " + value);
      }
    }
  }

  /** Returns statistics that only scale to {@code [-1, 1]}, for any number of channels. */
  public static ChannelStatistics symmetric(int channels) {
    return new ChannelStatistics(
        java.util.Collections.nCopies(channels, 0.5f),
        java.util.Collections.nCopies(channels, 0.5f));
  }

  /** Returns the number of channels. */
  public int channels() {
    return mean.size();
  }
}
