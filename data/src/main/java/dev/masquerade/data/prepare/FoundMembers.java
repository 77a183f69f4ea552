package dev.masquerade.data.prepare;

import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.pipeline.StoredCrops;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.schema.DidYouMean;
import dev.masquerade.data.shard.Shard;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.MemberSurvey;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.code.NpyArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What members were met among samples, and the modalities they are taken for. */
final class FoundMembers {

  private static final Set<String> PICTURES = Set.of("jpg", "jpeg", "png", "webp");
  private static final Set<String> TEXTS = Set.of("txt", "json");

  private final ImportSettings settings;
  // Extensions by what stands before them; "" for members that are only an extension.
  private final TreeMap<String, TreeSet<String>> extensions = new TreeMap<>();

  // By member; of kinds whose files tell nothing there is none.
  private final Map<String, Optional<MemberSurvey>> surveys = new TreeMap<>();
  // Members of unknown names that are arrays, and whether those are real numbers.
  private final Map<String, Boolean> features = new TreeMap<>();
  // Those that no member could tell more.
  private final Set<MemberSurvey> done = new HashSet<>();
  private final Set<String> onRequest;

  FoundMembers(ImportSettings settings) {
    this.settings = settings;
    this.onRequest = settings.catalogue().namesDeclaredOnRequest();
  }

  /** Returns one that has met nothing yet, for the same import. */
  FoundMembers fresh() {
    return new FoundMembers(settings);
  }

  /** Takes note of members of a shard. */
  void add(Shard shard, Predicate<String> counts) {
    for (int ordinal = 0; ordinal < shard.sampleCount(); ordinal++) {
      for (String member : shard.members(ordinal)) {
        if (!counts.test(member)) {
          continue;
        }
        int dot = member.indexOf('.');
        String stem = dot < 0 ? "" : member.substring(0, dot);
        extensions
            .computeIfAbsent(stem, key -> new TreeSet<>())
            .add(dot < 0 ? member : member.substring(dot + 1));
      }
    }
  }

  /**
   * Looks at the contents of members that are declared, as far as they tell what a declaration must
   * say.
   */
  void survey(Shard shard, Predicate<String> counts) throws IOException {
    for (int ordinal = 0; ordinal < shard.sampleCount(); ordinal++) {
      for (String member : shard.members(ordinal)) {
        int dot = member.indexOf('.');
        if (dot < 1 || !counts.test(member) || !isDeclared(member.substring(0, dot))) {
          continue;
        }
        if (!settings.catalogue().knows(type(member.substring(0, dot)))) {
          lookForFeatures(shard, ordinal, member);
          continue;
        }
        Optional<MemberSurvey> survey =
            surveys.computeIfAbsent(
                member.substring(0, dot), stem -> settings.catalogue().survey(type(stem)));
        if (survey.isPresent() && !done.contains(survey.get())) {
          look(survey.get(), shard, ordinal, member);
        }
      }
    }
  }

  private void look(MemberSurvey survey, Shard shard, int ordinal, String member)
      throws IOException {
    try {
      Optional<byte[]> bytes = shard.read(ordinal, member);
      if (bytes.isPresent()
          && !survey.look(bytes.get(), member.substring(member.lastIndexOf('.') + 1))) {
        done.add(survey);
      }
    } catch (BadSampleException e) {
      // Runs count damaged members; others tell what this one does not.
    }
  }

  /** Looks whether the first array of an unknown name holds real numbers. */
  private void lookForFeatures(Shard shard, int ordinal, String member) throws IOException {
    String stem = member.substring(0, member.indexOf('.'));
    if (!member.endsWith(".npy") || features.containsKey(stem)) {
      return;
    }
    try {
      Optional<byte[]> bytes = shard.read(ordinal, member);
      if (bytes.isPresent()) {
        features.put(stem, NpyArray.read(bytes.get()).type().isReal());
      }
    } catch (BadSampleException e) {
      // Another member may be whole.
    }
  }

  private String type(String member) {
    return settings.types().getOrDefault(member, member);
  }

  private boolean isDeclared(String member) {
    return settings.types().containsKey(member) || !onRequest.contains(member);
  }

  /** Returns the members that a run may name although none is declared. */
  Set<String> undeclared() {
    Set<String> members = new TreeSet<>(extensions.keySet());
    members.removeIf(this::isDeclared);
    return members;
  }

  /** Says whether a member is a picture that can be read, by its extension. */
  static boolean isPicture(String member) {
    return PICTURES.contains(member.substring(member.lastIndexOf('.') + 1));
  }

  /** Returns what members without a modality's name are: pictures and their captions. */
  static Optional<String> bareMember(String extension) {
    if (PICTURES.contains(extension)) {
      return Optional.of("rgb");
    }
    return extension.equals("txt") ? Optional.of("caption") : Optional.empty();
  }

  /** Returns the extensions of members that are nothing but an extension. */
  Set<String> bareExtensions() {
    return extensions.getOrDefault("", new TreeSet<>());
  }

  /** Says whether members carry the names of modalities. */
  boolean named() {
    return extensions.keySet().stream().anyMatch(stem -> !stem.isEmpty());
  }

  /**
   * Returns the modalities that were recognised.
   *
   * @param remarks receives what was not
   * @throws ConfigurationException if members were taken for what their files are not
   */
  List<StoredModality> modalities(List<String> remarks) {
    Map<String, TreeSet<String>> byMember = new TreeMap<>(extensions);
    for (String extension : bareExtensions()) {
      Optional<String> member = bareMember(extension);
      if (member.isPresent()) {
        byMember.computeIfAbsent(member.get(), key -> new TreeSet<>()).add(extension);
      } else {
        remarks.add("Members KEY." + extension + " name no modality and are not read.");
      }
    }
    byMember.remove("");
    List<StoredModality> modalities = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    byMember.forEach(
        (member, found) -> {
          String type = type(member);
          if (!isDeclared(member)) {
            remarks.add(
                "Members KEY."
                    + member
                    + "."
                    + found.first()
                    + " are not declared. A run reads them where it names them, with member: \""
                    + member
                    + "\"; --type "
                    + member
                    + "="
                    + type
                    + " declares them.");
          } else if (settings.catalogue().knows(type)) {
            StoredModality declared = completed(declare(member, type, found), remarks);
            problem(declared).ifPresent(problems::add);
            modalities.add(declared);
          } else if (!StoredCrops.MEMBER.startsWith(member + ".")) {
            remarks.add(
                "Members KEY."
                    + member
                    + "."
                    + found.first()
                    + " are not read: "
                    + (features.getOrDefault(member, false)
                        ? "\""
                            + type
                            + "\" is no known modality. They hold real numbers: --type "
                            + member
                            + "=feature_map declares them as features."
                        : DidYouMean.unknown(
                            type, "a known modality", settings.catalogue().names())));
          }
        });
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return modalities;
  }

  private StoredModality completed(StoredModality declared, List<String> remarks) {
    ModalitySettings settings = declared.settings();
    ModalitySettings found =
        surveys
            .getOrDefault(declared.member(), Optional.empty())
            .map(survey -> survey.complete(settings))
            .orElse(settings);
    if (found.equals(settings)) {
      return declared;
    }
    List<String> what = new ArrayList<>();
    if (found.width() > 0) {
      what.add("width " + found.width());
    }
    if (found.vocabularySize() > 0) {
      what.add("vocabulary_size " + found.vocabularySize());
    }
    remarks.add(
        "Members KEY."
            + declared.member()
            + " are declared as "
            + found.name()
            + " with "
            + String.join(" and ", what)
            + ", as found in them.");
    return new StoredModality(found, declared.type(), declared.member());
  }

  /** Returns why a declaration cannot be read; a tokenizer may be named later. */
  private Optional<String> problem(StoredModality declared) {
    try {
      settings.catalogue().open(declared.type(), declared.settings());
      return Optional.empty();
    } catch (InvalidSettingsException e) {
      if (e.setting().equals("tokenizer") && declared.settings().tokenizer().isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          "Members KEY."
              + declared.member()
              + " cannot be declared with type "
              + declared.type()
              + ", "
              + e.getMessage()
              + (e.setting().equals("tokenizer")
                  ? "."
                  : ", which their files do not tell. Remove them, or give them another type with"
                      + " --type."));
    }
  }

  private StoredModality declare(String member, String type, Set<String> found) {
    boolean grid =
        found.contains("npy") && member.startsWith("tok_") && !member.endsWith("_global");
    boolean sized = grid || found.stream().anyMatch(PICTURES::contains);
    boolean text = found.stream().anyMatch(TEXTS::contains);
    ModalityName name = new ModalityName(sized ? member + "@" + settings.size() : member);
    Optional<Path> tokenizer = text ? settings.textTokenizer() : Optional.empty();
    return new StoredModality(
        new ModalitySettings(name, 0, 0, 0, 0, 0, tokenizer, Set.of(), Map.of()), type, member);
  }
}
