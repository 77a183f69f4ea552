package dev.masquerade.data.prepare;

import dev.masquerade.data.image.IgnoredFiles;
import dev.masquerade.data.manifest.StoredModality;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Counts what became of the files of a folder: samples, what they have, and what was ignored. */
final class ImportSummary {

  private final Map<String, Integer> having = new TreeMap<>();
  private final Set<String> withPicture = new HashSet<>();
  private final Set<String> withoutPicture = new HashSet<>();
  private final Set<String> ignoredPictures = new HashSet<>();
  private final IgnoredFiles ignored = new IgnoredFiles();
  private int samples;

  /** Returns a number of samples in words. */
  static String samples(long count) {
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? "sample" : "samples");
  }

  /**
   * Counts a sample.
   *
   * @param key as the folder has it
   * @param members its members that are packed
   */
  void add(String key, List<String> members) {
    samples++;
    members.stream()
        .map(member -> member.substring(0, member.indexOf('.')))
        .distinct()
        .forEach(member -> having.merge(member, 1, Integer::sum));
    boolean picture = members.stream().anyMatch(FoundMembers::isPicture);
    (picture ? withPicture : withoutPicture).add(key);
  }

  /**
   * Counts a file that is not packed.
   *
   * @param key of the sample it would have been of
   */
  void ignore(Path relative, String key) {
    ignored.add(relative);
    if (!IgnoredFiles.isHidden(relative) && IgnoredFiles.isOtherPicture(relative.toString())) {
      ignoredPictures.add(key);
    }
  }

  /** Returns the counts in one line. */
  String describe(List<StoredModality> modalities) {
    StringBuilder text = new StringBuilder(samples(samples));
    for (StoredModality modality : modalities) {
      text.append(
          String.format(
              Locale.ROOT,
              ", %,d with %s",
              having.getOrDefault(modality.member(), 0),
              modality.member()));
    }
    if (!ignored.isEmpty()) {
      text.append("; ").append(ignored.describe());
    }
    ignoredPictures.retainAll(withoutPicture);
    if (!ignoredPictures.isEmpty()) {
      text.append(
          String.format(
              Locale.ROOT,
              "; %,d of the samples lost %s picture that way and keep the rest",
              ignoredPictures.size(),
              ignoredPictures.size() == 1 ? "its" : "their"));
    }
    return text.toString();
  }
}
