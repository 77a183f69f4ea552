package dev.masquerade.data.plan;

import dev.masquerade.masking.random.SampleStreams;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalLong;

/**
 * The global order of samples. Immutable; the iterators it gives out belong to one thread each.
 *
 * <p>A training plan never ends: every data set starts its next epoch when it needs to. A plan in
 * stored order goes once through one data set.
 */
public final class SamplePlan {

  private final List<PlannedDataset> datasets;
  private final SampleStreams streams;
  private final int window;
  private final int repeats;
  private final boolean stored;

  private SamplePlan(
      List<PlannedDataset> datasets,
      SampleStreams streams,
      int window,
      int repeats,
      boolean stored) {
    this.datasets = List.copyOf(datasets);
    this.streams = streams;
    this.window = window;
    this.repeats = repeats;
    this.stored = stored;
  }

  /**
   * Plans training.
   *
   * @param datasets at least one; their order matters for the mixture's draws
   * @param window samples that shuffling chooses from at a time; 0 leaves only shards shuffled
   * @param repeats times a sample is used each time its turn comes, at least 1
   */
  public static SamplePlan shuffled(
      List<PlannedDataset> datasets, SampleStreams streams, int window, int repeats) {
    if (datasets.isEmpty()) {
      throw new IllegalArgumentException("a plan needs at least one data set");
    }
    if (window < 0 || repeats < 1) {
      throw new IllegalArgumentException(
          "window must be at least 0 and repeats at least 1, were " + window + " and " + repeats);
    }
    return new SamplePlan(datasets, streams, window, repeats, false);
  }

  /** Plans one pass over a data set in the order of its shards, for evaluation. */
  public static SamplePlan stored(PlannedDataset dataset) {
    return new SamplePlan(List.of(dataset), new SampleStreams(0), 0, 1, true);
  }

  /** Returns how many samples the plan has; empty where it never ends. */
  public OptionalLong size() {
    return stored ? OptionalLong.of(datasets.get(0).sampleCount()) : OptionalLong.empty();
  }

  /** Returns the uses of samples from a place on. */
  public Iterator<SampleAddress> from(ResumePoint point) {
    return stored ? new Stored(point.samples()) : new Shuffled(point.samples());
  }

  /**
   * Returns one process's slices of the global batches from a place on. The last batch of a plan
   * that ends may be smaller.
   *
   * @param batchSize samples of a batch over all processes, a multiple of their number
   */
  public Iterator<PlannedBatch> batches(ResumePoint point, int batchSize, RankSlice slice) {
    if (batchSize < 1 || batchSize % slice.world() != 0) {
      throw new IllegalArgumentException(
          "the batch of "
              + batchSize
              + " samples must be a multiple of the "
              + slice.world()
              + " processes");
    }
    int share = batchSize / slice.world();
    Iterator<SampleAddress> uses = from(point);
    return new Iterator<>() {
      private long position = point.samples();

      @Override
      public boolean hasNext() {
        return uses.hasNext();
      }

      @Override
      public PlannedBatch next() {
        if (!uses.hasNext()) {
          throw new NoSuchElementException("the plan is over");
        }
        List<SampleAddress> mine = new ArrayList<>(share);
        for (int place = 0; place < batchSize && uses.hasNext(); place++) {
          SampleAddress use = uses.next();
          if (place / share == slice.rank()) {
            mine.add(use);
          }
          position++;
        }
        return new PlannedBatch(mine, new ResumePoint(position));
      }
    };
  }

  private final class Shuffled implements Iterator<SampleAddress> {

    private final DatasetChoice choice;
    private final List<DatasetCursor> cursors = new ArrayList<>();
    private int dataset;
    private long epoch;
    private long sample;
    private int repetition;

    Shuffled(long position) {
      choice = new DatasetChoice(datasets, streams);
      long[] before = new long[datasets.size()];
      long samplesBefore = position / repeats;
      if (datasets.size() == 1) {
        before[0] = samplesBefore;
      } else {
        for (long i = 0; i < samplesBefore; i++) {
          before[choice.next()]++;
        }
      }
      for (int i = 0; i < before.length; i++) {
        DatasetCursor cursor = new DatasetCursor(datasets.get(i), streams, window);
        cursor.skip(before[i]);
        cursors.add(cursor);
      }
      for (long use = samplesBefore * repeats; use < position; use++) {
        next();
      }
    }

    @Override
    public boolean hasNext() {
      return true;
    }

    @Override
    public SampleAddress next() {
      if (repetition == 0) {
        dataset = choice.next();
        epoch = cursors.get(dataset).epoch();
        sample = cursors.get(dataset).next();
      }
      SampleAddress use =
          new SampleAddress(
              dataset,
              (int) (sample >>> 32),
              (int) sample,
              epoch,
              repetition,
              epoch * repeats + repetition);
      repetition = (repetition + 1) % repeats;
      return use;
    }
  }

  private final class Stored implements Iterator<SampleAddress> {

    private final List<Integer> counts = datasets.get(0).shardSampleCounts();
    private int shard;
    private long ordinal;

    Stored(long position) {
      ordinal = position;
      settle();
    }

    private void settle() {
      while (shard < counts.size() && ordinal >= counts.get(shard)) {
        ordinal -= counts.get(shard);
        shard++;
      }
    }

    @Override
    public boolean hasNext() {
      return shard < counts.size();
    }

    @Override
    public SampleAddress next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the plan is over");
      }
      SampleAddress use = new SampleAddress(0, shard, (int) ordinal, 0, 0, 0);
      ordinal++;
      settle();
      return use;
    }
  }
}
