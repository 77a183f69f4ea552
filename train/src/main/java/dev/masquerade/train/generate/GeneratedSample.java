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
 * @param remarks what a user should know of what was made of the conditions: what was cut
 */
public record GeneratedSample(
    String key, long seed, List<GeneratedModality> modalities, List<String> remarks) {

  public GeneratedSample {
    modalities = List.copyOf(modalities);
    remarks = List.copyOf(remarks);
  }

  /** Creates a sample of whose conditions nothing was cut. */
  public GeneratedSample(String key, long seed, List<GeneratedModality> modalities) {
    this(key, seed, modalities, List.of());
  }

  /** Returns one modality; empty where it was not asked for. */
  public Optional<GeneratedModality> find(ModalityName name) {
    return modalities.stream().filter(modality -> modality.name().equals(name)).findFirst();
  }
}
