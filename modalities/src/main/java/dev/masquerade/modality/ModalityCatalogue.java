package dev.masquerade.modality;

import jakarta.inject.Inject;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The kinds of modality a program knows: its own and those of every plugin on the class path. */
public final class ModalityCatalogue {

  private final TreeMap<String, Modality> types;

  /**
   * Creates a catalogue.
   *
   * @param types kinds of modality by the name that manifests and runs write
   */
  @Inject
  public ModalityCatalogue(Map<String, Modality> types) {
    this.types = new TreeMap<>(types);
  }

  /** Returns the names of all kinds, sorted. */
  public NavigableSet<String> names() {
    return Collections.unmodifiableNavigableSet(types.navigableKeySet());
  }

  /** Returns the names of the kinds that an import declares only where it is told to. */
  public Set<String> namesDeclaredOnRequest() {
    Set<String> names = new TreeSet<>();
    types.forEach(
        (name, modality) -> {
          if (!modality.isDeclaredByImport()) {
            names.add(name);
          }
        });
    return names;
  }

  /** Says whether a kind of this name exists. */
  public boolean knows(String type) {
    return types.containsKey(type);
  }

  /** Returns what completes declarations of a kind; nothing where there is no such kind. */
  public Optional<MemberSurvey> survey(String type) {
    Modality modality = types.get(type);
    return modality == null ? Optional.empty() : modality.survey();
  }

  /**
   * Prepares to read a modality whose kind is the part of its name before {@code @}.
   *
   * @throws InvalidSettingsException if there is no such kind, or the declaration cannot work
   */
  public ModalityTokenizer open(ModalitySettings settings) {
    return open(settings.name().base(), settings);
  }

  /**
   * Prepares to read a modality of a given kind, whatever its own name.
   *
   * @throws InvalidSettingsException if there is no such kind, or the declaration cannot work
   */
  public ModalityTokenizer open(String type, ModalitySettings settings) {
    Modality modality = types.get(type);
    if (modality == null) {
      String setting = type.equals(settings.name().base()) ? "name" : "type";
      throw new InvalidSettingsException(setting, unknown(type));
    }
    return modality.open(settings);
  }

  private String unknown(String type) {
    StringBuilder message = new StringBuilder();
    message.append('"').append(type).append("\" is not a known modality.");
    NearestName.of(type, types.keySet())
        .ifPresent(name -> message.append(" Did you mean \"").append(name).append("\"?"));
    message.append(" Known: ").append(String.join(", ", types.keySet()));
    message.append(". A plugin must be on the class path to add more.");
    return message.toString();
  }
}
