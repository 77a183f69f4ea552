package dev.masquerade.train.evaluate;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import java.util.List;

/** Finds modalities of a run by name. */
final class ModalityPlaces {

  private ModalityPlaces() {}

  /**
   * Returns the place of a modality in the run.
   *
   * @throws IllegalArgumentException naming what the run has, if it is not among them
   */
  static int of(List<ModalitySpec> modalities, ModalityName name) {
    for (int m = 0; m < modalities.size(); m++) {
      if (modalities.get(m).name().equals(name)) {
        return m;
      }
    }
    throw new IllegalArgumentException(
        name
            + " is no modality of the run. It has "
            + modalities.stream().map(ModalitySpec::name).toList());
  }
}
