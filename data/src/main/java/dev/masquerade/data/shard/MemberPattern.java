package dev.masquerade.data.shard;

import java.util.Collections;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Where the stored bytes of one modality are found among the members of a sample.
 *
 * @param modality stands between key and extension, as in {@code key.modality.ext}; empty for
 *     members that are {@code key.ext} in a file of several modalities. Case does not matter
 * @param extensions what may follow, lower case without a dot; at least one
 */
public record MemberPattern(String modality, SortedSet<String> extensions) {

  public MemberPattern {
    modality = modality.toLowerCase(Locale.ROOT);
    TreeSet<String> lowerCase = new TreeSet<>();
    for (String extension : extensions) {
      lowerCase.add(extension.toLowerCase(Locale.ROOT));
    }
    extensions = Collections.unmodifiableSortedSet(lowerCase);
    if (extensions.isEmpty()) {
      throw new IllegalArgumentException("a modality needs at least one extension");
    }
  }

  /** Creates a pattern from extensions in any order. */
  public static MemberPattern of(String modality, Iterable<String> extensions) {
    TreeSet<String> sorted = new TreeSet<>();
    extensions.forEach(sorted::add);
    return new MemberPattern(modality, sorted);
  }
}
