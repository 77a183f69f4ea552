package dev.masquerade.train.config;

import dev.masquerade.data.augment.Augmenter;
import dev.masquerade.data.augment.CentreCrop;
import dev.masquerade.data.augment.RandomResizedCrop;
import dev.masquerade.data.augment.SingleDrawCrop;
import dev.masquerade.data.augment.StoredCrop;
import dev.masquerade.data.augment.WholePicture;

/** How pictures are cropped and flipped. */
public sealed interface AugmentationConfig {

  /** Returns what training looks at. */
  Augmenter training();

  /** Returns what evaluation looks at: the same every time. */
  Augmenter evaluation();

  /** The whole picture, resized to the frame whatever its shape. */
  record Whole(double flipProbability) implements AugmentationConfig {
    @Override
    public Augmenter training() {
      return new WholePicture(flipProbability);
    }

    @Override
    public Augmenter evaluation() {
      return new WholePicture(0);
    }
  }

  /** The largest centred square. */
  record Centre(double flipProbability) implements AugmentationConfig {
    @Override
    public Augmenter training() {
      return new CentreCrop(flipProbability);
    }

    @Override
    public Augmenter evaluation() {
      return new CentreCrop(0);
    }
  }

  /**
   * A random rectangle.
   *
   * @param minScale smallest area as a fraction of the picture's
   * @param maxScale largest area as a fraction of the picture's
   * @param minRatio smallest width divided by height
   * @param maxRatio largest width divided by height
   */
  record Random(
      double minScale, double maxScale, double minRatio, double maxRatio, double flipProbability)
      implements AugmentationConfig {
    @Override
    public Augmenter training() {
      return new RandomResizedCrop(minScale, maxScale, minRatio, maxRatio, flipProbability);
    }

    @Override
    public Augmenter evaluation() {
      return new CentreCrop(0);
    }
  }

  /**
   * A random rectangle, drawn once.
   *
   * @param minScale smallest area as a fraction of the picture's
   * @param maxScale largest area as a fraction of the picture's
   * @param minRatio smallest width divided by height
   * @param maxRatio largest width divided by height
   */
  record RandomOnce(
      double minScale, double maxScale, double minRatio, double maxRatio, double flipProbability)
      implements AugmentationConfig {
    @Override
    public Augmenter training() {
      return new SingleDrawCrop(minScale, maxScale, minRatio, maxRatio, flipProbability);
    }

    @Override
    public Augmenter evaluation() {
      return new CentreCrop(0);
    }
  }

  /** One of the crops that tokens were computed for ahead of training. */
  record Pretokenised() implements AugmentationConfig {
    @Override
    public Augmenter training() {
      return StoredCrop.random();
    }

    @Override
    public Augmenter evaluation() {
      return StoredCrop.centre();
    }
  }
}
