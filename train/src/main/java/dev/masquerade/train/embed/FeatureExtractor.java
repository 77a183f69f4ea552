package dev.masquerade.train.embed;

import dev.masquerade.modality.image.PixelImage;
import java.util.List;

/** Turns images into vectors. Used by one thread. */
public interface FeatureExtractor {

  /** Returns D, the numbers per image. */
  int width();

  /** Returns the height of the images it takes, in pixels. */
  int imageHeight();

  /** Returns the width of the images it takes, in pixels. */
  int imageWidth();

  /** Says what it is, in one line that tells it from every other. */
  String origin();

  /**
   * Computes features.
   *
   * @param images of the height and width it takes, not empty
   * @return (B, D), an image after another
   */
  float[] features(List<PixelImage> images);
}
