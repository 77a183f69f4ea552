package dev.masquerade.masking;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
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

  /** Reports what an autoencoder cannot be made of: only grids have places to hide and predict. */
  static void reportUnfitForAutoencoding(List<ModalitySpec> modalities, List<String> problems) {
    for (ModalitySpec spec : modalities) {
      if (!(spec.layout() instanceof TokenLayout.Grid)) {
        problems.add(
            spec.name()
                + " is no grid, and only places of grids can be hidden and predicted. Take it out"
                + " of the run's modalities");
      }
    }
    if (modalities.stream().noneMatch(ModalitySpec::isInput)) {
      problems.add("no modality can be an input, so the encoder would see nothing");
    }
    if (modalities.stream().noneMatch(ModalitySpec::isTarget)) {
      problems.add(
          "no modality can be a target, so nothing would be predicted. Give one of them"
              + " roles: [ROLE_INPUT, ROLE_TARGET]");
    }
  }

  static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join(System.lineSeparator(), problems));
    }
  }
}
