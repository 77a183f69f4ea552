package dev.masquerade.train.config;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.ModelConfig;
import dev.masquerade.model.weights.FourMDescription;
import dev.masquerade.model.weights.ModelDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A 4M model.
 *
 * @param preset name it was derived from; empty where there was none
 * @param config its dimensions and options
 * @param initialWeights what it starts from
 */
public record FourMChoice(String preset, ModelConfig config, Optional<Path> initialWeights)
    implements ModelChoice {

  @Override
  public ModelDescription describe(List<ModalitySpec> modalities) {
    return new FourMDescription(config, modalities);
  }
}
