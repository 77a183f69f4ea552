package dev.masquerade.train.generate;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.image.Patches;
import dev.masquerade.modality.image.PixelImage;
import java.util.List;

/** How a model is shown pictures: as pixels where it sees them, else as tokens of colours. */
final class ShownPictures {

  private final ModelModalities modalities;
  private final ModalityName name;
  private final int height;
  private final int width;

  /**
   * Finds the input that pictures are shown as.
   *
   * @throws GenerationRefusedException if the model sees no pictures
   */
  ShownPictures(ModelModalities modalities) {
    this.modalities = modalities;
    this.name = name(modalities);
    ModalitySpec spec = modalities.spec(name);
    TokenLayout.Grid grid = (TokenLayout.Grid) spec.layout();
    if (spec.space() instanceof TokenSpace.Pixels pixels) {
      height = grid.rows() * pixels.patchSize();
      width = grid.columns() * pixels.patchSize();
    } else {
      Planes frame = codec().decode(new int[grid.places()]);
      height = frame.height();
      width = frame.width();
    }
  }

  private static ModalityName name(ModelModalities modalities) {
    return PictureInputs.of(modalities).stream()
        .findFirst()
        .orElseThrow(
            () ->
                new GenerationRefusedException(
                    "the model sees no pictures: its inputs are "
                        + ModalityChoice.listed(modalities.inputs())));
  }

  private TokenCodec codec() {
    return modalities.tokenizer(name).codec().orElseThrow();
  }

  /** Returns the input. */
  ModalityName name() {
    return name;
  }

  /** Returns the height of pictures, in pixels. */
  int height() {
    return height;
  }

  /** Returns the width of pictures, in pixels. */
  int width() {
    return width;
  }

  /** Returns a prompt that shows a picture of that size. */
  Prompt prompt(PixelImage image) {
    return new Prompt("image", 0, List.of(new Condition(name, tokens(image))));
  }

  private TokenizedModality tokens(PixelImage image) {
    if (modalities.spec(name).space() instanceof TokenSpace.Pixels pixels) {
      return new TokenizedModality.PixelPatches(
          Patches.split(image, pixels.patchSize()), pixels.width());
    }
    int pixels = image.height() * image.width();
    float[] values = new float[3 * pixels];
    for (int i = 0; i < pixels; i++) {
      for (int channel = 0; channel < 3; channel++) {
        values[channel * pixels + i] = (image.samples()[3 * i + channel] & 0xff) / 255f;
      }
    }
    return new TokenizedModality.IdGrid(
        codec().encode(new Planes(3, image.height(), image.width(), values)));
  }
}
