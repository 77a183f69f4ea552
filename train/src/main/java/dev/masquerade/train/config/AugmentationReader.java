package dev.masquerade.train.config;

import dev.masquerade.data.augment.Photometric;
import dev.masquerade.data.augment.RandAugment;
import dev.masquerade.data.augment.RandomErasing;
import dev.masquerade.data.augment.ResizedCentreCrop;
import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.proto.run.v1.Augmentation;
import dev.masquerade.proto.run.v1.Crop;
import dev.masquerade.proto.run.v1.EvaluationCrop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoublePredicate;

/** Reads what a run says of how pictures are cropped and retouched; mistakes are reported. */
final class AugmentationReader {

  private static final DoublePredicate SHARE = value -> value >= 0 && value <= 1;
  private static final String SHARE_RANGE = "at least 0 and at most 1";
  private static final String POSITIVE_RANGE = "a number above 0";

  private final Augmentation message;
  private final FieldProblems at;
  private final NumberFields numbers;

  AugmentationReader(Augmentation message, FieldProblems at) {
    this.message = message;
    this.at = at;
    this.numbers = new NumberFields(message, at);
  }

  AugmentationConfig crop() {
    Crop crop = message.getCrop();
    boolean random = crop == Crop.CROP_RANDOM_RESIZED || crop == Crop.CROP_RANDOM_ONCE;
    double flip = numbers.real("flip_probability", SHARE, SHARE_RANGE, random ? 0.5 : 0);
    double minScale = area("min_scale", 0.2, numbers);
    double maxScale = area("max_scale", 1, numbers);
    double minRatio = positive("min_ratio", 0.75, numbers);
    double maxRatio = positive("max_ratio", 4.0 / 3, numbers);
    if (!random) {
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
      case CROP_RANDOM_ONCE ->
          new AugmentationConfig.RandomOnce(minScale, maxScale, minRatio, maxRatio, flip);
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

  /** Returns what else is done to pictures, of which a sample has some views. */
  AppearanceConfig appearance(int views) {
    List<Photometric> photometric = new ArrayList<>();
    for (int i = 0; i < message.getPhotometricCount(); i++) {
      photometric.add(
          photometric(
              new NumberFields(message.getPhotometric(i), at.at("photometric", i)),
              at.at("photometric", i)));
    }
    if (photometric.size() > views) {
      at.at("photometric", views)
          .report("", "there are only " + views + " views; raise data.views, or leave it out.");
    }
    return new AppearanceConfig(
        photometric,
        message.hasRandAugment() ? Optional.of(randAugment()) : Optional.empty(),
        message.hasErasing() ? Optional.of(erasing()) : Optional.empty(),
        message.hasEvaluation() ? evaluation() : Optional.empty());
  }

  private static Photometric photometric(NumberFields numbers, FieldProblems at) {
    Photometric usual = Photometric.FIRST_VIEW;
    double minSigma = positive("min_sigma", usual.minSigma(), numbers);
    double maxSigma = positive("max_sigma", usual.maxSigma(), numbers);
    if (minSigma > maxSigma) {
      at.report("min_sigma", minSigma + " is more than max_sigma " + maxSigma + ".");
      minSigma = maxSigma;
    }
    int threshold = numbers.count("solarise_threshold", 0, usual.solariseThreshold());
    if (threshold > 256) {
      at.report("solarise_threshold", threshold + " is out of range; it must be at most 256.");
      threshold = 256;
    }
    return new Photometric(
        share("jitter_probability", usual.jitterProbability(), numbers),
        strength("brightness", usual.brightness(), numbers),
        strength("contrast", usual.contrast(), numbers),
        strength("saturation", usual.saturation(), numbers),
        numbers.real("hue", hue -> hue >= 0 && hue <= 0.5, "from 0 to 0.5", usual.hue()),
        share("grey_probability", usual.greyProbability(), numbers),
        share("blur_probability", 0.5, numbers),
        minSigma,
        maxSigma,
        share("solarise_probability", usual.solariseProbability(), numbers),
        threshold);
  }

  private RandAugment randAugment() {
    NumberFields fields = new NumberFields(message.getRandAugment(), at.at("rand_augment"));
    RandAugment usual = RandAugment.REFERENCE;
    return new RandAugment(
        fields.count("operations", 0, usual.operations()),
        fields.real("magnitude", value -> value >= 0 && value <= 10, "0 to 10", usual.magnitude()),
        strength("deviation", usual.deviation(), fields));
  }

  private RandomErasing erasing() {
    FieldProblems here = at.at("erasing");
    NumberFields fields = new NumberFields(message.getErasing(), here);
    RandomErasing usual = RandomErasing.of(0.25);
    double minArea = area("min_area", usual.minArea(), fields);
    double maxArea = area("max_area", usual.maxArea(), fields);
    if (minArea > maxArea) {
      here.report("min_area", minArea + " is more than max_area " + maxArea + ".");
      minArea = maxArea;
    }
    return new RandomErasing(
        share("probability", usual.probability(), fields),
        minArea,
        maxArea,
        fields.count("count", 1, usual.count()));
  }

  private Optional<ResizedCentreCrop> evaluation() {
    FieldProblems here = at.at("evaluation");
    EvaluationCrop crop = message.getEvaluation();
    if (message.getCrop() == Crop.CROP_NONE || message.getCrop() == Crop.CROP_PRETOKENISED) {
      here.report("", "only CROP_CENTRE and random crops are evaluated on a centred square.");
      return Optional.empty();
    }
    if (crop.getCrop() < 1 || crop.getResize() < crop.getCrop()) {
      here.report(
          "crop",
          crop.getCrop()
              + " of "
              + crop.getResize()
              + " is no cut; give resize and a crop that is not larger, for example 256 and 224.");
      return Optional.empty();
    }
    return Optional.of(new ResizedCentreCrop(crop.getResize(), crop.getCrop()));
  }

  private static double share(String field, double fallback, NumberFields numbers) {
    return numbers.real(field, SHARE, SHARE_RANGE, fallback);
  }

  private static double area(String field, double fallback, NumberFields numbers) {
    return numbers.real(
        field, scale -> scale > 0 && scale <= 1, "more than 0 and at most 1", fallback);
  }

  private static double positive(String field, double fallback, NumberFields numbers) {
    return numbers.real(field, NumberFields.POSITIVE, POSITIVE_RANGE, fallback);
  }

  private static double strength(String field, double fallback, NumberFields numbers) {
    return numbers.real(field, NumberFields.NOT_NEGATIVE, "a number of at least 0", fallback);
  }
}
