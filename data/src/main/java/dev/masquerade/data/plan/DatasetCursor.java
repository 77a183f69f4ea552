package dev.masquerade.data.plan;

import dev.masquerade.masking.random.SampleStreams;
import org.jspecify.annotations.Nullable;

/** A place in the endless sequence of one data set's samples, epoch after epoch. */
final class DatasetCursor {

  private final PlannedDataset dataset;
  private final SampleStreams streams;
  private final int window;
  private final long size;
  private long position;
  private @Nullable EpochOrder order;

  DatasetCursor(PlannedDataset dataset, SampleStreams streams, int window) {
    this.dataset = dataset;
    this.streams = streams;
    this.window = window;
    this.size = dataset.sampleCount();
  }

  /** Leaves out samples; whole epochs cost nothing. */
  void skip(long samples) {
    long target = position + samples;
    if (order == null || target / size != position / size) {
      position = target - target % size;
      order = null;
    }
    while (position < target) {
      next();
    }
  }

  /** Returns the epoch that {@link #next} takes its sample from. */
  long epoch() {
    return position / size;
  }

  /** Returns the next sample as {@link EpochOrder#next} does. */
  long next() {
    EpochOrder current = order;
    if (current == null || position % size == 0) {
      current = new EpochOrder(dataset, streams, position / size, window);
      order = current;
    }
    position++;
    return current.next();
  }
}
