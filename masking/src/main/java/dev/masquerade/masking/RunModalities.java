package dev.masquerade.masking;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What masking rules ask of the modalities of a run. */
final class RunModalities {

  private RunModalities() {}

  static Set<ModalityName> names(List<ModalitySpec> modalities) {
    Set<ModalityName> names = new LinkedHashSet<>();
    modalities.forEach(spec -> names.add(spec.name()));
    return names;
  }

  static void reportUnknown(
      Collection<ModalityName> named,
      String where,
      Set<ModalityName> known,
      List<String> problems) {
    for (ModalityName name : named) {
      if (!known.contains(name)) {
        problems.add(where + " names " + name + ", which the run does not have. It has " + known);
      }
    }
  }

  static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join(System.lineSeparator(), problems));
    }
  }
}
