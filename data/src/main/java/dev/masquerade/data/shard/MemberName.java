package dev.masquerade.data.shard;

import java.util.Locale;
import java.util.Optional;

/**
 * Name of a member, split into the key of its sample and what follows.
 *
 * @param key of the sample
 * @param suffix what says modality and format, lower case: {@code rgb.jpg}, {@code txt}
 */
record MemberName(String key, String suffix) {

  /**
   * Splits as WebDataset does: the key is everything up to the first dot of the last path segment,
   * folders included. Empty for names without a key or a suffix, which belong to no sample.
   */
  static Optional<MemberName> inTar(String name) {
    String path = name.startsWith("./") ? name.substring(2) : name;
    int base = path.lastIndexOf('/') + 1;
    return split(path, path.indexOf('.', base));
  }

  /**
   * Splits {@code modality/key.ext}, and {@code key.modality.ext} of files that lie in no folder.
   * With a modality's folder around them, people's own files may have dots in their names.
   */
  static Optional<MemberName> inFolder(String name) {
    int slash = name.indexOf('/');
    return slash < 0
        ? inTar(name)
        : inModalityFolder(name.substring(slash + 1))
            .map(
                inner ->
                    new MemberName(
                        inner.key(), lower(name.substring(0, slash)) + "." + inner.suffix()));
  }

  /** Splits {@code key.ext}, where folders are part of the key. */
  static Optional<MemberName> inModalityFolder(String name) {
    return split(name, name.lastIndexOf('.'));
  }

  private static Optional<MemberName> split(String path, int dot) {
    int base = path.lastIndexOf('/') + 1;
    if (dot <= base || dot == path.length() - 1) {
      return Optional.empty();
    }
    return Optional.of(new MemberName(path.substring(0, dot), lower(path.substring(dot + 1))));
  }

  private static String lower(String suffix) {
    return suffix.toLowerCase(Locale.ROOT);
  }

  /** Says whether a name would leave the folder it is unpacked into. */
  static boolean climbsOut(String name) {
    if (name.startsWith("/") || name.startsWith("\\")) {
      return true;
    }
    if (name.length() > 1 && name.charAt(1) == ':' && Character.isLetter(name.charAt(0))) {
      return true;
    }
    for (int from = 0; from <= name.length(); ) {
      int to = from;
      while (to < name.length() && name.charAt(to) != '/' && name.charAt(to) != '\\') {
        to++;
      }
      if (to - from == 2 && name.charAt(from) == '.' && name.charAt(from + 1) == '.') {
        return true;
      }
      from = to + 1;
    }
    return false;
  }
}
