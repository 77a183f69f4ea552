package dev.masquerade.train.config;

import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.proto.run.v1.Augmentation;
import dev.masquerade.proto.run.v1.Crop;
import dev.masquerade.proto.run.v1.Data;
import java.util.List;
import java.util.Optional;

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
    augmentation = augmentation(message.getAugmentation(), at.at("augmentation"));
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
        augmentation);
  }

  private static AugmentationConfig augmentation(Augmentation message, FieldProblems at) {
    NumberFields numbers = new NumberFields(message, at);
    Crop crop = message.getCrop();
    double flip =
        numbers.real(
            "flip_probability",
            probability -> probability >= 0 && probability <= 1,
            "at least 0 and at most 1",
            crop == Crop.CROP_RANDOM_RESIZED ? 0.5 : 0);
    double minScale = scale("min_scale", 0.2, numbers);
    double maxScale = scale("max_scale", 1, numbers);
    double minRatio = numbers.real("min_ratio", NumberFields.POSITIVE, "a number above 0", 0.75);
    double maxRatio = numbers.real("max_ratio", NumberFields.POSITIVE, "a number above 0", 4.0 / 3);
    if (crop != Crop.CROP_RANDOM_RESIZED) {
      for (String field : List.of("min_scale", "max_scale", "min_ratio", "max_ratio")) {
        if (numbers.has(field)) {
          at.report(field, "only CROP_RANDOM_RESIZED draws it; leave it out, or choose that crop.");
        }
      }
    }
    if (minScale > maxScale) {
      at.report("min_scale", minScale + " is more than max_scale " + maxScale + ".");
      minScale = maxScale;
    }
    if (minRatio > maxRatio) {
      at.report("min_ratio", minRatio + " is more than max_ratio " + maxRatio + ".");
      minRatio = maxRatio;
    }
    return switch (crop) {
      case CROP_NONE -> new AugmentationConfig.Whole(flip);
      case CROP_UNSPECIFIED, CROP_CENTRE, UNRECOGNIZED -> new AugmentationConfig.Centre(flip);
      case CROP_RANDOM_RESIZED ->
          new AugmentationConfig.Random(minScale, maxScale, minRatio, maxRatio, flip);
      case CROP_PRETOKENISED -> {
        if (flip > 0) {
          at.report(
              "flip_probability",
              "the stored crops are flipped as they were stored; leave it out.");
        }
        yield new AugmentationConfig.Pretokenised();
      }
    };
  }

  private static double scale(String field, double fallback, NumberFields numbers) {
    return numbers.real(
        field, scale -> scale > 0 && scale <= 1, "more than 0 and at most 1", fallback);
  }
}
