package dev.masquerade.train.config;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.mae.MaeConfig;
import dev.masquerade.model.mae.MaeDescription;
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
    ModalitySpec image = FittedEncoder.onlyOne("a masked autoencoder", modalities);
    if (!image.isInput() || !image.isTarget()) {
      throw new IllegalArgumentException(
          "modality "
              + image.name()
              + ": a masked autoencoder sees and predicts the same modality. Leave out roles, or"
              + " give both ROLE_INPUT and ROLE_TARGET");
    }
    return new MaeDescription(config.withEncoder(FittedEncoder.of(config.encoder(), image)), image);
  }
}
