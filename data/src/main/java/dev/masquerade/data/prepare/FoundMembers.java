package dev.masquerade.data.prepare;

import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.pipeline.StoredCrops;
import dev.masquerade.data.schema.DidYouMean;
import dev.masquerade.data.shard.Shard;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySettings;
import java.nio.file.Path;
import java.util.ArrayList;
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

  FoundMembers(ImportSettings settings) {
    this.settings = settings;
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
    byMember.forEach(
        (member, found) -> {
          String type = settings.types().getOrDefault(member, member);
          boolean asked = settings.types().containsKey(member);
          if (!asked && settings.typesOnRequest().contains(type)) {
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
          } else if (settings.knownTypes().contains(type)) {
            modalities.add(declare(member, type, found));
          } else if (!StoredCrops.MEMBER.startsWith(member + ".")) {
            remarks.add(
                "Members KEY."
                    + member
                    + "."
                    + found.first()
                    + " are not read: "
                    + DidYouMean.unknown(type, "a known modality", settings.knownTypes()));
          }
        });
    return modalities;
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
