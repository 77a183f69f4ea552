package dev.masquerade.data.manifest;

import dev.masquerade.modality.ModalityName;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A data set.
 *
 * @param name short, for messages and figures
 * @param description for people
 * @param modalities at least one, with unique names
 * @param splits at least one, with unique names
 * @param provenance how it came to be
 */
public record DatasetManifest(
    String name,
    String description,
    List<StoredModality> modalities,
    List<Split> splits,
    DatasetProvenance provenance) {

  public DatasetManifest {
    modalities = List.copyOf(modalities);
    splits = List.copyOf(splits);
    if (name.isEmpty() || modalities.isEmpty() || splits.isEmpty()) {
      throw new IllegalArgumentException(
          "a manifest needs a name, at least one modality and at least one split");
    }
    Set<Object> names = new HashSet<>();
    for (StoredModality modality : modalities) {
      if (!names.add(modality.name())) {
        throw new IllegalArgumentException("modality " + modality.name() + " is declared twice");
      }
    }
    for (Split split : splits) {
      if (!names.add(split.name())) {
        throw new IllegalArgumentException("split " + split.name() + " is declared twice");
      }
    }
  }

  /** Returns a split by its name. */
  public Optional<Split> split(String splitName) {
    return splits.stream().filter(split -> split.name().equals(splitName)).findFirst();
  }

  /** Returns a modality by its full name. */
  public Optional<StoredModality> modality(ModalityName modalityName) {
    return modalities.stream().filter(modality -> modality.name().equals(modalityName)).findFirst();
  }
}
