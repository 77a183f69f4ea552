package dev.masquerade.modality;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a manifest or a run declares a modality. Numbers are 0 where nothing was declared; a modality
 * then takes its own default or says what is missing.
 *
 * @param name full name, with size where it has one
 * @param size edge of the square frame in pixels; taken from the name where the declaration has
 *     none
 * @param patchSize edge of a patch in pixels
 * @param vocabularySize number of ids
 * @param maxTokens longest sequence
 * @param width numbers per token of continuous modalities
 * @param tokenizer file with the tokenizer or codebook, resolved against the declaring file
 * @param roles where it may stand; empty leaves the choice to the modality
 * @param options whatever else a plugin understands
 */
public record ModalitySettings(
    ModalityName name,
    int size,
    int patchSize,
    int vocabularySize,
    int maxTokens,
    int width,
    Optional<Path> tokenizer,
    Set<Role> roles,
    Map<String, String> options) {

  public ModalitySettings {
    size = size == 0 ? name.size() : size;
    roles = Set.copyOf(roles);
    options = Map.copyOf(options);
  }

  /** Returns a declaration that leaves everything but the name to the modality. */
  public static ModalitySettings of(String name) {
    return new ModalitySettings(
        new ModalityName(name), 0, 0, 0, 0, 0, Optional.empty(), Set.of(), Map.of());
  }
}
