package dev.masquerade.model.vit;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;

/** What the images of a model must be like, checked before a device is touched. */
public final class VitImage {

  private VitImage() {}

  /**
   * Returns the grid of an image's patches.
   *
   * @param config which model is to see it
   * @param image pixels or vectors on a grid
   * @throws IllegalArgumentException if the model cannot see such images, naming both sides and
   *     what to change
   */
  public static TokenLayout.Grid grid(VitConfig config, ModalitySpec image) {
    if (!(image.layout() instanceof TokenLayout.Grid grid)) {
      throw new IllegalArgumentException(
          image.name() + " is not a grid of patches, which is all that a vision transformer sees");
    }
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (image.space() instanceof TokenSpace.Pixels pixels) {
      if (pixels.patchSize() != config.patchSize()) {
        throw new IllegalArgumentException(
            image.name()
                + " is cut into patches of "
                + pixels.patchSize()
                + " pixels, but the model takes patches of "
                + config.patchSize()
                + ". Set patchSize of one of the two");
      }
      if (pixels.statistics().channels() != config.channels()) {
        throw new IllegalArgumentException(
            image.name()
                + " has "
                + pixels.statistics().channels()
                + " channels, but the model takes "
                + config.channels()
                + ". Set channels of the model, or the image's statistics");
      }
    } else if (image.space() instanceof TokenSpace.Continuous vectors) {
      if (vectors.width() != config.patchWidth()) {
        throw new IllegalArgumentException(
            image.name()
                + " has "
                + vectors.width()
                + " numbers per patch, but the model takes "
                + config.patchWidth()
                + " (patchSize x patchSize x channels)");
      }
    } else {
      throw new IllegalArgumentException(
          image.name() + " has no pixels; a vision transformer sees pixels or vectors");
    }
    return grid;
  }
}
