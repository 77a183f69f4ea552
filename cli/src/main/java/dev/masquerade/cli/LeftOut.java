package dev.masquerade.cli;

import dev.masquerade.train.embedding.EmbeddingKey;
import java.util.List;
import java.util.Locale;

/** Says on standard error which rows of embeddings are not what they should be. */
final class LeftOut {

  private static final int NAMED = 10;

  private LeftOut() {}

  /**
   * Names rows, with what is wrong.
   *
   * @param one subject and verb for one row
   * @param many subject and verb for several
   */
  static void report(List<EmbeddingKey> rows, String one, String many, String what) {
    if (rows.isEmpty()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT, "%,d %s %s:%n", rows.size(), rows.size() == 1 ? one : many, what));
    for (EmbeddingKey row : rows.subList(0, Math.min(NAMED, rows.size()))) {
      String problem = row.broken() ? row.problem() : "holds a number that is not finite";
      text.append(String.format("  %s: %s%n", row.name(), problem));
    }
    if (rows.size() > NAMED) {
      text.append(String.format(Locale.ROOT, "  and %,d more%n", rows.size() - NAMED));
    }
    System.err.print(text);
  }
}
