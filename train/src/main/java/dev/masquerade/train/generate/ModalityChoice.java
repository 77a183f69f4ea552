package dev.masquerade.train.generate;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.NearestName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Finds the modality of a model that a person means: {@code tok_depth@64} by its whole name, by
 * {@code tok_depth} or by {@code depth}.
 */
final class ModalityChoice {

  private static final Map<String, String> ALSO_CALLED =
      Map.of(
          "image", "rgb",
          "boxes", "det",
          "detections", "det",
          "text", "caption",
          "normals", "normal",
          "segmentation", "semseg",
          "edges", "canny_edge");

  private ModalityChoice() {}

  /**
   * Finds a modality.
   *
   * @param written by a person
   * @param names of those that can be meant
   * @param kind what they are, for messages: "a target of the model"
   * @throws GenerationRefusedException if none or several can be meant, listing them
   */
  static ModalityName of(String written, Collection<ModalityName> names, String kind) {
    List<ModalityName> found = meant(written, names);
    if (found.size() > 1) {
      throw new GenerationRefusedException(
          "\"" + written + "\" may be " + listed(found) + ". Write the whole name");
    }
    if (!found.isEmpty()) {
      return found.get(0);
    }
    List<String> known = new ArrayList<>();
    for (ModalityName name : names) {
      known.add(name.value());
      known.add(name.base());
      known.add(name.base().replaceFirst("^tok_", ""));
    }
    throw new GenerationRefusedException(
        "\""
            + written
            + "\" is not "
            + kind
            + "."
            + NearestName.of(written.strip().toLowerCase(Locale.ROOT), known)
                .map(near -> " Did you mean \"" + near + "\"?")
                .orElse("")
            + (names.isEmpty() ? " It has none" : " It has " + listed(names)));
  }

  /** Says whether a person means one of the names, or several. */
  static boolean isKnown(String written, Collection<ModalityName> names) {
    return !meant(written, names).isEmpty();
  }

  private static List<ModalityName> meant(String written, Collection<ModalityName> names) {
    String wanted = written.strip().toLowerCase(Locale.ROOT);
    for (ModalityName name : names) {
      if (name.value().equalsIgnoreCase(wanted)) {
        return List.of(name);
      }
    }
    List<String> bases = new ArrayList<>(List.of(wanted, "tok_" + wanted));
    String other = ALSO_CALLED.get(wanted);
    if (other != null) {
      bases.addAll(List.of(other, "tok_" + other));
    }
    for (String base : bases) {
      List<ModalityName> found =
          names.stream()
              .filter(
                  name -> name.base().equalsIgnoreCase(base) || name.value().equalsIgnoreCase(base))
              .toList();
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  /** Returns names with commas between them. */
  static String listed(Collection<ModalityName> names) {
    return names.stream().map(ModalityName::value).collect(Collectors.joining(", "));
  }
}
