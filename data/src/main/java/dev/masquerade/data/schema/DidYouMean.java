package dev.masquerade.data.schema;

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
   * missing prefix ({@code RANDOM} for {@code KEEP_RANDOM}) count as near; otherwise at most a
   * third of the letters may be missing, superfluous, wrong or swapped with a neighbour. Among
   * equals the first in alphabetical order wins.
   *
   * @return empty where nothing is near enough to be meant
   */
  public static Optional<String> suggest(String given, Collection<String> known) {
    String wanted = given.toLowerCase(Locale.ROOT);
    Optional<String> best = Optional.empty();
    int bestDistance = Math.max(1, given.length() / 3) + 1;
    for (String candidate : new TreeSet<>(known)) {
      String lower = candidate.toLowerCase(Locale.ROOT);
      boolean sameButForAffix =
          lower.equals(wanted)
              || (!wanted.isEmpty()
                  && (lower.startsWith(wanted + "@") || lower.endsWith("_" + wanted)));
      int distance = sameButForAffix ? 0 : distance(wanted, lower);
      if (distance < bestDistance) {
        bestDistance = distance;
        best = Optional.of(candidate);
      }
    }
    return best;
  }

  /**
   * Returns a message about an unknown name.
   *
   * @param given what was written
   * @param kind what it should name, with its article: "a known modality"
   * @param known what it could have been
   */
  public static String unknown(String given, String kind, Collection<String> known) {
    StringBuilder message = new StringBuilder();
    message.append('"').append(given).append("\" is not ").append(kind).append('.');
    suggest(given, known)
        .ifPresent(name -> message.append(" Did you mean \"").append(name).append("\"?"));
    message.append("\n    Known: ");
    message.append(known.isEmpty() ? "none" : String.join(", ", new TreeSet<>(known)));
    return message.append('.').toString();
  }

  /**
   * Counts the letters to insert, delete, replace or swap with a neighbour to turn one word into
   * another.
   */
  private static int distance(String from, String to) {
    int[] beforePrevious = new int[to.length() + 1];
    int[] previous = new int[to.length() + 1];
    int[] current = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int best = Math.min(previous[j] + 1, current[j - 1] + 1);
        best = Math.min(best, previous[j - 1] + (same ? 0 : 1));
        boolean swapped =
            i > 1
                && j > 1
                && from.charAt(i - 1) == to.charAt(j - 2)
                && from.charAt(i - 2) == to.charAt(j - 1);
        if (swapped) {
          best = Math.min(best, beforePrevious[j - 2] + 1);
        }
        current[j] = best;
      }
      int[] spare = beforePrevious;
      beforePrevious = previous;
      previous = current;
      current = spare;
    }
    return previous[to.length()];
  }
}
