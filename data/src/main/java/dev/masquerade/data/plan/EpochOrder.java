package dev.masquerade.data.plan;

import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.commons.rng.UniformRandomProvider;

/*
 * Shards come in random order; their samples, in stored order, flow through a window that always
 * gives out one of its samples at random and takes in the next. This is the shuffle buffer of
 * streaming loaders, played through with addresses instead of samples, so that the buffer costs
 * eight bytes a sample and going to any place costs some nanoseconds a sample. Reading stays local:
 * at any time samples come from little more than one window.
 */
/** The order of one data set in one epoch, given out from the front. Used by one thread. */
final class EpochOrder {

  private final List<Integer> counts;
  private final int[] shards;
  private final UniformRandomProvider rng;
  private final long[] window;
  private int filled;
  private int nextShard;
  private int nextOrdinal;

  /**
   * Starts an epoch.
   *
   * @param window samples to choose from at a time; 0 or 1 keeps the stored order within shards
   */
  EpochOrder(PlannedDataset dataset, SampleStreams streams, long epoch, int window) {
    this.counts = dataset.shardSampleCounts();
    this.rng = streams.stream(epoch, dataset.name(), Purpose.ORDER);
    this.shards = new int[counts.size()];
    for (int i = 0; i < shards.length; i++) {
      int j = rng.nextInt(i + 1);
      shards[i] = shards[j];
      shards[j] = i;
    }
    this.window = new long[(int) Math.min(Math.max(1, window), dataset.sampleCount())];
    while (filled < this.window.length) {
      this.window[filled++] = takeStored();
    }
  }

  /** Returns the next sample: its shard in the high 32 bits, its ordinal in the low ones. */
  long next() {
    if (filled == 0) {
      throw new NoSuchElementException("the epoch is over");
    }
    int chosen = filled == 1 ? 0 : rng.nextInt(filled);
    long sample = window[chosen];
    long replacement = takeStored();
    window[chosen] = replacement >= 0 ? replacement : window[--filled];
    return sample;
  }

  /** Returns the next sample in the order of shards, or -1 after the last. */
  private long takeStored() {
    while (nextShard < shards.length && nextOrdinal >= counts.get(shards[nextShard])) {
      nextShard++;
      nextOrdinal = 0;
    }
    return nextShard == shards.length ? -1 : (long) shards[nextShard] << 32 | nextOrdinal++;
  }
}
