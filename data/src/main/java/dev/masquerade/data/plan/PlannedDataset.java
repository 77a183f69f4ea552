package dev.masquerade.data.plan;

import java.util.List;

/**
 * A data set as far as order is concerned.
 *
 * @param name tells its random streams from those of others
 * @param shardSampleCounts samples per shard, in manifest order; at least one sample in all
 * @param weight share of samples, relative to other data sets; positive
 */
public record PlannedDataset(String name, List<Integer> shardSampleCounts, double weight) {
  public PlannedDataset {
    shardSampleCounts = List.copyOf(shardSampleCounts);
    for (int count : shardSampleCounts) {
      if (count < 0) {
        throw new IllegalArgumentException(
            name + " has a shard of " + count + " samples; counts must be at least 0");
      }
    }
    if (shardSampleCounts.stream().allMatch(count -> count == 0)) {
      throw new IllegalArgumentException(name + " has no samples");
    }
    if (!(weight > 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(
          "the weight of " + name + " must be a positive number, was " + weight);
    }
  }

  /** Returns how many samples it has. */
  public long sampleCount() {
    return shardSampleCounts.stream().mapToLong(Integer::longValue).sum();
  }
}
