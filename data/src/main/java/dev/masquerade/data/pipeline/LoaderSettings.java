package dev.masquerade.data.pipeline;

/**
 * How batches are loaded, which does not change what they hold.
 *
 * @param rows largest number of samples in a batch
 * @param workers threads, at least 1
 * @param prefetch finished batches that wait for the reader, at least 1
 * @param maxBadSamples bad samples that are skipped before loading fails
 */
public record LoaderSettings(int rows, int workers, int prefetch, long maxBadSamples) {
  public LoaderSettings {
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
}
