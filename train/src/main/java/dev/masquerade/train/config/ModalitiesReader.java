package dev.masquerade.train.config;

import dev.masquerade.data.manifest.ModalityFields;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.Role;
import dev.masquerade.proto.run.v1.Run;
import dev.masquerade.proto.run.v1.RunModality;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Settles which modalities a run has, from what it says and what its manifests declare. */
final class ModalitiesReader {

  private final Set<String> knownTypes;
  private final Path runFile;
  private final FieldProblems fields;

  ModalitiesReader(Set<String> knownTypes, Path runFile, FieldProblems fields) {
    this.knownTypes = knownTypes;
    this.runFile = runFile;
    this.fields = fields;
  }

  /**
   * Returns the modalities in the order of their tokens in a batch.
   *
   * @param sources those of the data sets that could be read
   */
  List<StoredModality> read(Run message, List<DataSource> sources) {
    Map<ModalityName, StoredModality> stored = stored(sources);
    if (message.getModalitiesCount() == 0) {
      return List.copyOf(stored.values());
    }
    List<StoredModality> modalities = new ArrayList<>();
    Set<ModalityName> names = new HashSet<>();
    for (int i = 0; i < message.getModalitiesCount(); i++) {
      RunModality declared = message.getModalities(i);
      FieldProblems at = fields.at("modalities", i);
      ModalityFields.checkNumbers(declared, at);
      Set<Role> roles = roles(declared, at);
      Optional<ModalityName> name = ModalityFields.name(declared.getName(), at);
      if (name.isPresent() && !names.add(name.get())) {
        at.report("name", "\"" + name.get() + "\" is listed before; keep one.");
      }
      name.flatMap(known -> modality(known, declared, roles, stored, at))
          .ifPresent(modalities::add);
    }
    return modalities;
  }

  /** Joins what the data sets declare; where two differ, the run has to decide. */
  private Map<ModalityName, StoredModality> stored(List<DataSource> sources) {
    Map<ModalityName, StoredModality> all = new LinkedHashMap<>();
    Map<ModalityName, String> origins = new HashMap<>();
    for (int i = 0; i < sources.size(); i++) {
      for (StoredModality modality : sources.get(i).manifest().modalities()) {
        StoredModality earlier = all.putIfAbsent(modality.name(), modality);
        String dataset = sources.get(i).manifest().name();
        String first = origins.getOrDefault(modality.name(), dataset);
        origins.putIfAbsent(modality.name(), dataset);
        if (earlier != null && !earlier.equals(modality)) {
          fields.report(
              "data.sources[" + i + "].manifest",
              dataset
                  + " declares "
                  + modality.name()
                  + " otherwise than "
                  + first
                  + " does. Declare it alike in both, or give one another name.");
        }
      }
    }
    return all;
  }

  private Optional<StoredModality> modality(
      ModalityName name,
      RunModality declared,
      Set<Role> roles,
      Map<ModalityName, StoredModality> stored,
      FieldProblems at) {
    StoredModality base = stored.get(name);
    if (base == null && !stored.isEmpty() && !namesMember(name, declared, stored, at)) {
      return Optional.empty();
    }
    String type = declared.getType();
    if (base != null && type.isEmpty()) {
      type = base.type();
    }
    return ModalityFields.type(name, type, knownTypes, at)
        .map(known -> overlay(name, known, base, declared, roles));
  }

  /**
   * Says whether a modality that no manifest declares says what it reads. Whether samples have such
   * a member is found out when their shards are opened.
   */
  private static boolean namesMember(
      ModalityName name,
      RunModality declared,
      Map<ModalityName, StoredModality> stored,
      FieldProblems at) {
    if (declared.getMember().isEmpty()) {
      Set<String> names = new TreeSet<>();
      stored.keySet().forEach(key -> names.add(key.value()));
      at.reportUnknown("name", name.value(), "a modality of the run's data", names);
      return false;
    }
    return true;
  }

  private StoredModality overlay(
      ModalityName name,
      String type,
      @Nullable StoredModality base,
      RunModality declared,
      Set<Role> roles) {
    ModalitySettings from = base == null ? ModalitySettings.of(name.value()) : base.settings();
    Map<String, String> options = new HashMap<>(from.options());
    options.putAll(declared.getOptionsMap());
    ModalitySettings settings =
        new ModalitySettings(
            name,
            or(declared.getSize(), from.size()),
            or(declared.getPatchSize(), from.patchSize()),
            or(declared.getVocabularySize(), from.vocabularySize()),
            or(declared.getMaxTokens(), from.maxTokens()),
            or(declared.getWidth(), from.width()),
            declared.getTokenizer().isEmpty()
                ? from.tokenizer()
                : Optional.of(RunPaths.resolve(runFile, declared.getTokenizer())),
            roles,
            options);
    String member = declared.getMember();
    if (member.isEmpty()) {
      member = base == null ? name.base() : base.member();
    }
    return new StoredModality(settings, type, member, base == null ? "" : base.source());
  }

  private static int or(int written, int fallback) {
    return written > 0 ? written : fallback;
  }

  private static Set<Role> roles(RunModality declared, FieldProblems at) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (int i = 0; i < declared.getRolesCount(); i++) {
      switch (declared.getRoles(i)) {
        case ROLE_INPUT -> roles.add(Role.INPUT);
        case ROLE_TARGET -> roles.add(Role.TARGET);
        case ROLE_UNSPECIFIED, UNRECOGNIZED ->
            at.report("roles[" + i + "]", "must be ROLE_INPUT or ROLE_TARGET.");
      }
    }
    return roles;
  }
}
