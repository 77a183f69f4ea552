package dev.masquerade.train.generate;

import dev.masquerade.modality.ModalityName;
import java.util.List;
import java.util.Optional;

/**
 * What became of a prompt.
 *
 * @param key of the prompt
 * @param seed of the prompt
 * @param modalities in the order of the plan's targets
 */
public record GeneratedSample(String key, long seed, List<GeneratedModality> modalities) {

  public GeneratedSample {
    modalities = List.copyOf(modalities);
  }

  /** Returns one modality; empty where it was not asked for. */
  public Optional<GeneratedModality> find(ModalityName name) {
    return modalities.stream().filter(modality -> modality.name().equals(name)).findFirst();
  }
}
