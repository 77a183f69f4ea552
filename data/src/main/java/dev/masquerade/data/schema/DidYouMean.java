package dev.masquerade.data.schema;

import dev.masquerade.modality.NearestName;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Finds the name somebody most likely meant. */
public final class DidYouMean {

  private DidYouMean() {}

  /**
   * Returns the known name nearest to one that is not known.
   *
   * <p>Differences in case, a missing size ({@code tok_depth} for {@code tok_depth@64}) and a
   * missing prefix ({@code RANDOM} for {@code KEEP_RANDOM}) come first, then few edits as {@link
   * NearestName} counts them. Among equals the first in alphabetical order wins.
   *
   * @return empty where nothing is near enough to be meant
   */
  public static Optional<String> suggest(String given, Collection<String> known) {
    String wanted = given.toLowerCase(Locale.ROOT);
    TreeSet<String> sorted = new TreeSet<>(known);
    for (String candidate : sorted) {
      String lower = candidate.toLowerCase(Locale.ROOT);
      boolean sameButForAffix =
          lower.equals(wanted)
              || (!wanted.isEmpty()
                  && (lower.startsWith(wanted + "@") || lower.endsWith("_" + wanted)));
      if (sameButForAffix) {
        return Optional.of(candidate);
      }
    }
    return NearestName.of(given, sorted);
  }

  /**
   * Returns a message about an unknown name.
   *
   * @param given what was written
   * @param kind what it should name, with its article: "a known modality"
   * @param known what it could have been
   */
  public static String unknown(String given, String kind, Collection<String> known) {
    return unknown(given, given, kind, known);
  }

  /** Returns a message about an unknown name that was written short of {@code meant}. */
  static String unknown(String given, String meant, String kind, Collection<String> known) {
    StringBuilder message = new StringBuilder();
    message.append('"').append(given).append("\" is not ").append(kind).append('.');
    suggest(meant, known)
        .ifPresent(name -> message.append(" Did you mean \"").append(name).append("\"?"));
    message.append("\n    Known: ");
    message.append(known.isEmpty() ? "none" : String.join(", ", new TreeSet<>(known)));
    return message.append('.').toString();
  }
}
