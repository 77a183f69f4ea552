package dev.masquerade.model.codec;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;

/** What the content of a tokenizer must be like, checked before a device is touched. */
public final class CodecImage {

  private CodecImage() {}

  /**
   * Returns the grid of a content's patches.
   *
   * @throws IllegalArgumentException if the tokenizer cannot take such content, naming both sides
   *     and what to change
   */
  public static TokenLayout.Grid grid(VqEncoderConfig config, ModalitySpec image) {
    if (!(image.layout() instanceof TokenLayout.Grid grid)) {
      throw new IllegalArgumentException(
          image.name() + " is not a grid of patches, which is all that a tokenizer takes");
    }
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (image.space() instanceof TokenSpace.Pixels pixels) {
      refuseClasses(config, image, "colours or other numbers");
      same(image, "is cut into patches of", pixels.patchSize(), config.patchSize(), "patchSize");
      same(image, "has channels:", pixels.statistics().channels(), config.channels(), "channels");
    } else if (image.space() instanceof TokenSpace.ClassPatches patches) {
      if (!config.ofClasses()) {
        throw new IllegalArgumentException(
            image.name()
                + " is a map of "
                + patches.classes()
                + " classes, but the tokenizer takes numbers. Set classes to "
                + patches.classes());
      }
      same(image, "is cut into patches of", patches.patchSize(), config.patchSize(), "patchSize");
      same(image, "has classes:", patches.classes(), config.classes(), "classes");
    } else if (image.space() instanceof TokenSpace.Continuous vectors) {
      refuseClasses(config, image, "vectors");
      same(
          image,
          "has numbers per place:",
          vectors.width(),
          config.patchWidth(),
          "patchSize x patchSize x channels");
    } else {
      throw new IllegalArgumentException(
          image.name() + " already consists of ids, which need no tokenizer");
    }
    return grid;
  }

  private static void refuseClasses(VqEncoderConfig config, ModalitySpec image, String holds) {
    if (config.ofClasses()) {
      throw new IllegalArgumentException(
          image.name()
              + " holds "
              + holds
              + ", but the tokenizer takes maps of "
              + config.classes()
              + " classes. Set classes to 0");
    }
  }

  private static void same(ModalitySpec image, String what, int given, int taken, String field) {
    if (given != taken) {
      throw new IllegalArgumentException(
          image.name()
              + " "
              + what
              + " "
              + given
              + ", but the tokenizer takes "
              + taken
              + ". Set "
              + field
              + " of one of the two");
    }
  }
}
