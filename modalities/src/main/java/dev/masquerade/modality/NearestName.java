package dev.masquerade.modality;

import java.util.Collection;
import java.util.Optional;

/** Finds what someone who mistyped a name most likely meant. */
public final class NearestName {

  private NearestName() {}

  /**
   * Finds the name with the fewest edits (insert, delete, replace, exchange of neighbours) to a
   * given one.
   *
   * @param given the name that was written
   * @param names what could have been meant
   * @return the nearest name, the first of equals; empty where all are further than a third of the
   *     length away
   */
  public static Optional<String> of(String given, Collection<String> names) {
    String best = null;
    int fewest = Math.max(2, given.length() / 3) + 1;
    for (String name : names) {
      int edits = edits(given, name);
      if (edits < fewest) {
        fewest = edits;
        best = name;
      }
    }
    return Optional.ofNullable(best);
  }

  private static int edits(String from, String to) {
    int[] before = new int[to.length() + 1];
    int[] above = new int[to.length() + 1];
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int cost = Math.min(above[j - 1] + (same ? 0 : 1), 1 + Math.min(above[j], row[j - 1]));
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          cost = Math.min(cost, before[j - 2] + 1);
        }
        row[j] = cost;
      }
      int[] free = before;
      before = above;
      above = row;
      row = free;
    }
    return above[to.length()];
  }
}
