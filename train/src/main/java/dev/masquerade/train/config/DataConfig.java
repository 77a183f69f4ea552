package dev.masquerade.train.config;

import java.util.List;
import java.util.Optional;

/**
 * What a run reads, and how it reaches the model.
 *
 * @param sources at least one
 * @param validation held-out data, where there is any
 * @param batchSize samples per optimiser step, over all processes and accumulated parts
 * @param workers threads that prepare samples; 0 takes one per processor
 * @param prefetchBatches batches prepared ahead, at least 1
 * @param shuffleWindow samples that shuffling chooses from; 0 keeps the order within shards
 * @param repeats times a sample is used per epoch, at least 1
 * @param maxBadSamples bad samples that are skipped before the run fails
 * @param maxPixels largest picture that is decoded
 * @param verifySha256 whether files are compared with their declared hash before use
 * @param augmentation how pictures are cropped and flipped
 */
public record DataConfig(
    List<DataSource> sources,
    Optional<DataSource> validation,
    int batchSize,
    int workers,
    int prefetchBatches,
    int shuffleWindow,
    int repeats,
    long maxBadSamples,
    long maxPixels,
    boolean verifySha256,
    AugmentationConfig augmentation) {

  public DataConfig {
    sources = List.copyOf(sources);
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("a run needs at least one data source");
    }
    if (batchSize < 1 || prefetchBatches < 1 || repeats < 1) {
      throw new IllegalArgumentException(
          "batchSize, prefetchBatches and repeats must be at least 1, were "
              + batchSize
              + ", "
              + prefetchBatches
              + ", "
              + repeats);
    }
    if (workers < 0 || shuffleWindow < 0 || maxBadSamples < 0 || maxPixels < 1) {
      throw new IllegalArgumentException(
          "workers, shuffleWindow and maxBadSamples must be at least 0 and maxPixels at least 1,"
              + " were "
              + workers
              + ", "
              + shuffleWindow
              + ", "
              + maxBadSamples
              + ", "
              + maxPixels);
    }
  }

  /** Returns the threads that prepare samples, on this machine. */
  public int workerThreads() {
    return workers > 0 ? workers : Runtime.getRuntime().availableProcessors();
  }
}
