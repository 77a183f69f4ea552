package dev.masquerade.train.generate;

import dev.masquerade.modality.ModalityName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Hands tokenizers that a person names once to those of several models that know the names. */
public final class TokenizerFiles {

  private TokenizerFiles() {}

  /**
   * Returns the files for the modalities that one model has.
   *
   * @param files by modality as a person names it
   * @param model one of the models
   * @param models all of them, as {@link Generator#open} takes them
   * @throws GenerationRefusedException if no model has one of the modalities
   */
  public static Map<String, Path> of(Map<String, Path> files, Path model, List<Path> models)
      throws IOException {
    Map<String, Path> known = new LinkedHashMap<>();
    if (files.isEmpty()) {
      return known;
    }
    Set<ModalityName> all = new LinkedHashSet<>();
    for (Path each : models) {
      all.addAll(ModelFile.of(each).modalities());
    }
    List<ModalityName> own = ModelFile.of(model).modalities();
    for (Map.Entry<String, Path> file : files.entrySet()) {
      String written = file.getKey();
      if (!ModalityChoice.isKnown(written, all)) {
        ModalityChoice.of(
            written,
            all,
            models.size() > 1 ? "a modality of any model" : "a modality of the model");
      }
      if (ModalityChoice.isKnown(written, own)) {
        known.put(written, file.getValue());
      }
    }
    return known;
  }
}
