package dev.masquerade.train.config;

import dev.masquerade.data.augment.Photometric;
import dev.masquerade.proto.run.v1.Augmentation;
import dev.masquerade.proto.run.v1.Crop;
import dev.masquerade.proto.run.v1.Erasing;
import dev.masquerade.proto.run.v1.EvaluationCrop;
import dev.masquerade.proto.run.v1.RandAugment;

/** Turns what is done to pictures back into the message that a file holds. */
final class AugmentationMessages {

  private AugmentationMessages() {}

  static Augmentation of(AugmentationConfig crop, AppearanceConfig appearance) {
    Augmentation.Builder message = crop(crop);
    appearance.photometric().forEach(change -> message.addPhotometric(photometric(change)));
    appearance
        .randAugment()
        .ifPresent(
            drawn ->
                message.setRandAugment(
                    RandAugment.newBuilder()
                        .setOperations(drawn.operations())
                        .setMagnitude(drawn.magnitude())
                        .setDeviation(drawn.deviation())));
    appearance
        .erasing()
        .ifPresent(
            erasing ->
                message.setErasing(
                    Erasing.newBuilder()
                        .setProbability(erasing.probability())
                        .setMinArea(erasing.minArea())
                        .setMaxArea(erasing.maxArea())
                        .setCount(erasing.count())));
    appearance
        .evaluation()
        .ifPresent(
            centre ->
                message.setEvaluation(
                    EvaluationCrop.newBuilder().setResize(centre.resize()).setCrop(centre.crop())));
    return message.build();
  }

  private static Augmentation.Builder crop(AugmentationConfig config) {
    Augmentation.Builder message = Augmentation.newBuilder();
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (config instanceof AugmentationConfig.Whole whole) {
      message.setCrop(Crop.CROP_NONE).setFlipProbability(whole.flipProbability());
    } else if (config instanceof AugmentationConfig.Centre centre) {
      message.setCrop(Crop.CROP_CENTRE).setFlipProbability(centre.flipProbability());
    } else if (config instanceof AugmentationConfig.Random random) {
      message
          .setCrop(Crop.CROP_RANDOM_RESIZED)
          .setFlipProbability(random.flipProbability())
          .setMinScale(random.minScale())
          .setMaxScale(random.maxScale())
          .setMinRatio(random.minRatio())
          .setMaxRatio(random.maxRatio());
    } else if (config instanceof AugmentationConfig.RandomOnce random) {
      message
          .setCrop(Crop.CROP_RANDOM_ONCE)
          .setFlipProbability(random.flipProbability())
          .setMinScale(random.minScale())
          .setMaxScale(random.maxScale())
          .setMinRatio(random.minRatio())
          .setMaxRatio(random.maxRatio());
    } else {
      message.setCrop(Crop.CROP_PRETOKENISED);
    }
    return message;
  }

  private static dev.masquerade.proto.run.v1.Photometric photometric(Photometric change) {
    return dev.masquerade.proto.run.v1.Photometric.newBuilder()
        .setJitterProbability(change.jitterProbability())
        .setBrightness(change.brightness())
        .setContrast(change.contrast())
        .setSaturation(change.saturation())
        .setHue(change.hue())
        .setGreyProbability(change.greyProbability())
        .setBlurProbability(change.blurProbability())
        .setMinSigma(change.minSigma())
        .setMaxSigma(change.maxSigma())
        .setSolariseProbability(change.solariseProbability())
        .setSolariseThreshold(change.solariseThreshold())
        .build();
  }
}
