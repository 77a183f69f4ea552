package dev.masquerade.train.config;

import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.proto.run.v1.Data;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what a run says of its data, apart from which data it is. */
final class DataReader {

  private static final int PREFETCH_BATCHES = 4;
  private static final int SHUFFLE_WINDOW = 4096;
  private static final long MAX_BAD_SAMPLES = 100;
  private static final long MAX_PIXELS = 100_000_000;

  private final NumberFields numbers;
  private final int batchSize;
  private final int repeats;
  private final int workers;
  private final int prefetchBatches;
  private final int shuffleWindow;
  private final long maxBadSamples;
  private final long maxPixels;
  private final AugmentationConfig augmentation;
  private final AppearanceConfig appearance;
  private final int views;
  private final List<Integer> resolutions;

  /** Reads the message; what is wrong with it is reported. */
  DataReader(Data message, FieldProblems at) {
    numbers = new NumberFields(message, at);
    batchSize = numbers.requiredCount("batch_size", 1, "is missing; give the samples of one step.");
    repeats = numbers.count("repeats", 1, 1);
    workers = numbers.count("workers", 0, 0);
    prefetchBatches = numbers.count("prefetch_batches", 1, PREFETCH_BATCHES);
    shuffleWindow = numbers.count("shuffle_window", 0, SHUFFLE_WINDOW);
    maxBadSamples = numbers.whole("max_bad_samples", 0, MAX_BAD_SAMPLES);
    maxPixels = numbers.whole("max_pixels", 1, MAX_PIXELS);
    views = numbers.count("views", 1, 1);
    AugmentationReader reader =
        new AugmentationReader(message.getAugmentation(), at.at("augmentation"));
    augmentation = reader.crop();
    appearance = reader.appearance(views);
    resolutions = resolutions(message, at);
  }

  private static List<Integer> resolutions(Data message, FieldProblems at) {
    Set<Integer> sizes = new LinkedHashSet<>();
    for (int i = 0; i < message.getResolutionsCount(); i++) {
      int size = message.getResolutions(i);
      if (size < 1) {
        at.report("resolutions[" + i + "]", size + " is out of range; it must be at least 1.");
      } else if (!sizes.add(size)) {
        at.report("resolutions[" + i + "]", size + " is listed before; keep one.");
      }
    }
    return List.copyOf(sizes);
  }

  /** Returns the sizes of frames that batches come in; empty where there is one. */
  List<Integer> resolutions() {
    return resolutions;
  }

  /** Returns the samples of one step. */
  int batchSize() {
    return batchSize;
  }

  /** Returns how often a sample is used per epoch. */
  int repeats() {
    return repeats;
  }

  /** Returns the whole configuration of data. */
  DataConfig config(List<DataSource> sources, Optional<DataSource> validation) {
    return new DataConfig(
        sources,
        validation,
        batchSize,
        workers,
        prefetchBatches,
        shuffleWindow,
        repeats,
        maxBadSamples,
        maxPixels,
        numbers.flag("verify_sha256", true),
        augmentation,
        appearance,
        views,
        resolutions);
  }
}
