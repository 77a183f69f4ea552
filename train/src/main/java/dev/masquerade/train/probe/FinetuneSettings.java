package dev.masquerade.train.probe;

import dev.masquerade.train.optim.AdamWSettings;

/**
 * How a whole network is trained to classify.
 *
 * @param epochs passes over the pictures
 * @param warmUpEpochs of them in which the rate rises, fewer than {@code epochs}
 * @param batch pictures of a step; all of them where there are fewer
 * @param baseRate peak of the learning rate for 256 pictures; the peak is this times batch / 256
 * @param minRate learning rate at the end
 * @param weightDecay of matrices
 * @param layerDecay how much more slowly a layer moves than the one after it, in {@code (0, 1]}
 * @param labelSmoothing share of every target that all classes have, in {@code [0, 1)}
 * @param dropPath probability that the last block is skipped, falling to 0 at the first
 * @param mix how pictures of a batch are mixed
 * @param adamW constants of the optimiser
 * @param seed of the head, order, mixing and skipping
 */
public record FinetuneSettings(
    int epochs,
    double warmUpEpochs,
    int batch,
    double baseRate,
    double minRate,
    double weightDecay,
    double layerDecay,
    double labelSmoothing,
    double dropPath,
    MixSettings mix,
    AdamWSettings adamW,
    long seed) {

  /** Those of MAE for a base model on ImageNet: 100 epochs, mixup 0.8 and cutmix 1. */
  public static final FinetuneSettings REFERENCE =
      new FinetuneSettings(
          100,
          5,
          1024,
          5e-4,
          1e-6,
          0.05,
          0.65,
          0.1,
          0.1,
          new MixSettings(0.8, 1, 0, 0, 1, 0.5, MixSettings.Mode.BATCH),
          new AdamWSettings(0.9, 0.999, 1e-8, 0),
          0);

  public FinetuneSettings {
    if (epochs < 1 || !(warmUpEpochs >= 0 && warmUpEpochs < epochs) || batch < 1) {
      throw new IllegalArgumentException(
          "fine-tuning needs an epoch, a shorter warm-up and a batch, had "
              + epochs
              + ", "
              + warmUpEpochs
              + " and "
              + batch);
    }
    if (!(baseRate > 0) || !(minRate >= 0) || !(weightDecay >= 0)) {
      throw new IllegalArgumentException(
          "the rate must be positive, its end and weight decay at least 0, were "
              + baseRate
              + ", "
              + minRate
              + " and "
              + weightDecay);
    }
    if (!(layerDecay > 0 && layerDecay <= 1)
        || !(labelSmoothing >= 0 && labelSmoothing < 1)
        || !(dropPath >= 0 && dropPath < 1)) {
      throw new IllegalArgumentException(
          "layer decay must lie in (0, 1], label smoothing and drop path in [0, 1), were "
              + layerDecay
              + ", "
              + labelSmoothing
              + " and "
              + dropPath);
    }
  }

  /** Returns the peak of the learning rate for a batch. */
  double peakRate(int pictures) {
    return baseRate * pictures / 256;
  }
}
