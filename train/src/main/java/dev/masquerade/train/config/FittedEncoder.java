package dev.masquerade.train.config;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.vit.VitConfig;
import java.util.List;

/** An encoder with the grid, patch and channels of the modality it sees. */
final class FittedEncoder {

  private FittedEncoder() {}

  static VitConfig of(VitConfig encoder, ModalitySpec image) {
    VitConfig.Builder fitted = encoder.toBuilder();
    if (image.layout() instanceof TokenLayout.Grid grid) {
      fitted.grid(grid.rows(), grid.columns());
    }
    if (image.space() instanceof TokenSpace.Pixels pixels) {
      fitted.patchSize(pixels.patchSize()).channels(pixels.statistics().channels());
    } else if (image.space() instanceof TokenSpace.Continuous vectors) {
      fitted.patchSize(1).channels(vectors.width());
    }
    return fitted.build();
  }

  /** Returns the modality of a network that has one. */
  static ModalitySpec onlyOne(String network, List<ModalitySpec> modalities) {
    if (modalities.size() != 1) {
      throw new IllegalArgumentException(
          "model: "
              + network
              + " has one modality, but the run has "
              + modalities.stream().map(modality -> modality.name().value()).toList()
              + ". List one under modalities");
    }
    return modalities.get(0);
  }
}
