package dev.masquerade.data.pipeline;

import java.util.List;

/**
 * How batches are loaded, which does not change what they hold.
 *
 * @param rows largest number of samples in a batch
 * @param workers threads, at least 1
 * @param prefetch finished batches that wait for the reader, at least 1
 * @param maxBadSamples bad samples that are skipped before loading fails
 * @param badBefore bad samples that an earlier part of the same run skipped
 */
public record LoaderSettings(
    int rows, int workers, int prefetch, long maxBadSamples, List<SampleName> badBefore) {

  public LoaderSettings {
    badBefore = List.copyOf(badBefore);
    if (rows < 1 || workers < 1 || prefetch < 1 || maxBadSamples < 0) {
      throw new IllegalArgumentException(
          "rows, workers and prefetch must be at least 1 and maxBadSamples at least 0, were "
              + rows
              + ", "
              + workers
              + ", "
              + prefetch
              + " and "
              + maxBadSamples);
    }
  }

  /** Loads for a run that begins. */
  public LoaderSettings(int rows, int workers, int prefetch, long maxBadSamples) {
    this(rows, workers, prefetch, maxBadSamples, List.of());
  }
}
