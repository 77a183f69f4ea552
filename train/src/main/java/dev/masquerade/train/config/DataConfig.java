package dev.masquerade.train.config;

import dev.masquerade.data.augment.Augmenter;
import dev.masquerade.data.augment.RetouchedAugmenter;
import dev.masquerade.data.augment.Retoucher;
import java.util.ArrayList;
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
 * @param appearance what else is done to them
 * @param views of each sample, at least 1
 * @param resolutions edges of frames, in pixels, of which each batch shows one; empty where
 *     modalities keep their own
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
    AugmentationConfig augmentation,
    AppearanceConfig appearance,
    int views,
    List<Integer> resolutions) {

  public DataConfig {
    sources = List.copyOf(sources);
    resolutions = List.copyOf(resolutions);
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("a run needs at least one data source");
    }
    if (views < 1) {
      throw new IllegalArgumentException("views must be at least 1, was " + views);
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

  /** Returns what each view of a training sample looks at. */
  public List<Augmenter> trainingViews() {
    List<Augmenter> augmenters = new ArrayList<>();
    for (int view = 0; view < views; view++) {
      List<Retoucher> retouchers = appearance.retouchers(view);
      Augmenter crop = augmentation.training();
      augmenters.add(retouchers.isEmpty() ? crop : new RetouchedAugmenter(crop, retouchers));
    }
    return augmenters;
  }

  /**
   * Returns what each view of a held-out sample looks at. A single one is looked at plainly;
   * several are what training makes them, because a loss between views asks how much they have in
   * common.
   */
  public List<Augmenter> evaluationViews() {
    return views == 1 ? List.of(evaluation()) : trainingViews();
  }

  /** Returns what a single look at a held-out sample sees, the same every time. */
  public Augmenter evaluation() {
    return appearance.evaluation().map(crop -> (Augmenter) crop).orElse(augmentation.evaluation());
  }
}
