package dev.masquerade.data.prepare;

import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.modality.ModalityName;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What stands between key and extension in the names of token members: the modality's name without
 * its size, as in {@code key.tok_rgb.npy}, or with it where others have the short one. Of several
 * members of one name only the first is ever read.
 */
final class TokenMembers {

  private TokenMembers() {}

  /**
   * Names the members of some modalities.
   *
   * @param sources what is to be written
   * @param source data set that it joins
   * @param problems gets a line for each modality that is left without a member of its own
   * @return by place among the sources; empty where there is a problem
   */
  static List<String> of(List<TokenSource> sources, DatasetManifest source, List<String> problems) {
    Set<String> taken = new HashSet<>();
    for (StoredModality modality : source.modalities()) {
      taken.add(modality.member());
    }
    Map<String, Integer> bases = new HashMap<>();
    Set<ModalityName> names = new HashSet<>();
    for (TokenSource token : sources) {
      ModalityName name = token.declared().name();
      bases.merge(name.base(), 1, Integer::sum);
      if (!names.add(name)) {
        problems.add(name + ": was named twice. Leave one out, or give them different names.");
      }
    }
    return sources.stream()
        .map(token -> of(token.declared(), taken, bases, source, problems))
        .toList();
  }

  private static String of(
      StoredModality declared,
      Set<String> taken,
      Map<String, Integer> bases,
      DatasetManifest source,
      List<String> problems) {
    ModalityName name = declared.name();
    if (name.base().equals(declared.member())) {
      problems.add(
          name
              + ": its tokens would be stored as \""
              + name.base()
              + "\", which is what they are computed from. Set its member to the modality to"
              + " read, for example \"depth\" for \"tok_depth\".");
      return "";
    }
    if (bases.getOrDefault(name.base(), 0) == 1 && !taken.contains(name.base())) {
      return name.base();
    }
    if (!name.value().equals(name.base()) && !taken.contains(name.value())) {
      return name.value();
    }
    problems.add(
        name
            + ": "
            + source.name()
            + " has a member \""
            + name.value()
            + "\" already, behind which new tokens would never be read. Give it another name, or"
            + " start from the manifest without those tokens.");
    return "";
  }
}
