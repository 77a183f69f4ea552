package dev.masquerade.train.config;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.byol.ByolConfig;
import dev.masquerade.model.byol.ByolDescription;
import dev.masquerade.model.weights.ModelDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A vision transformer that learns from two views.
 *
 * @param preset name it was derived from; empty where there was none
 * @param config its dimensions; grid, patch and channels are replaced by the modality's
 * @param initialWeights what it starts from
 */
public record ByolChoice(String preset, ByolConfig config, Optional<Path> initialWeights)
    implements ModelChoice {

  @Override
  public ModelDescription describe(List<ModalitySpec> modalities) {
    ModalitySpec image = FittedEncoder.onlyOne("BYOL", modalities);
    return new ByolDescription(
        new ByolConfig(
            FittedEncoder.of(config.backbone(), image),
            config.projection(),
            config.prediction(),
            config.momentum()),
        image);
  }
}
