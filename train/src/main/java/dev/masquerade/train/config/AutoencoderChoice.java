package dev.masquerade.train.config;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.mae.MaeConfig;
import dev.masquerade.model.mae.MaeDescription;
import dev.masquerade.model.vit.VitConfig;
import dev.masquerade.model.weights.ModelDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A masked autoencoder over one modality.
 *
 * @param preset name it was derived from; empty where there was none
 * @param config its dimensions; grid, patch and channels are replaced by the modality's
 * @param initialWeights what it starts from
 */
public record AutoencoderChoice(String preset, MaeConfig config, Optional<Path> initialWeights)
    implements ModelChoice {

  @Override
  public ModelDescription describe(List<ModalitySpec> modalities) {
    if (modalities.size() != 1) {
      throw new IllegalArgumentException(
          "model: a masked autoencoder has one modality, but the run has "
              + modalities.stream().map(modality -> modality.name().value()).toList()
              + ". List one under modalities");
    }
    ModalitySpec image = modalities.get(0);
    if (!image.isInput() || !image.isTarget()) {
      throw new IllegalArgumentException(
          "modality "
              + image.name()
              + ": a masked autoencoder sees and predicts the same modality. Leave out roles, or"
              + " give both ROLE_INPUT and ROLE_TARGET");
    }
    VitConfig.Builder encoder = config.encoder().toBuilder();
    if (image.layout() instanceof TokenLayout.Grid grid) {
      encoder.grid(grid.rows(), grid.columns());
    }
    if (image.space() instanceof TokenSpace.Pixels pixels) {
      encoder.patchSize(pixels.patchSize()).channels(pixels.statistics().channels());
    } else if (image.space() instanceof TokenSpace.Continuous vectors) {
      encoder.patchSize(1).channels(vectors.width());
    }
    return new MaeDescription(config.withEncoder(encoder.build()), image);
  }
}
