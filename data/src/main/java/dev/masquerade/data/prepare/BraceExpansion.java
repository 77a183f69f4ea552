package dev.masquerade.data.prepare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Names of many shards written as one, as shells and WebDataset have it: {@code
 * shard-{00000..00009}.tar} and {@code {train,extra}.tar}. Leading zeros set the number of digits.
 */
public final class BraceExpansion {

  private static final int MOST_NAMES = 1_000_000;

  private BraceExpansion() {}

  /**
   * Returns every name a pattern stands for, in order; the last brace moves fastest.
   *
   * @throws IllegalArgumentException if a brace is not closed, a range runs backwards, or the
   *     pattern stands for more than a million names
   */
  public static List<String> expand(String pattern) {
    int open = pattern.indexOf('{');
    if (open < 0) {
      return List.of(pattern);
    }
    int close = pattern.indexOf('}', open);
    if (close < 0) {
      throw new IllegalArgumentException("\"" + pattern + "\" has a { that no } closes");
    }
    String head = pattern.substring(0, open);
    List<String> tails = expand(pattern.substring(close + 1));
    List<String> names = new ArrayList<>();
    for (String choice : choices(pattern.substring(open + 1, close), pattern)) {
      for (String tail : tails) {
        names.add(head + choice + tail);
      }
      if (names.size() > MOST_NAMES) {
        throw new IllegalArgumentException(
            "\"" + pattern + "\" stands for more than " + MOST_NAMES + " names");
      }
    }
    return names;
  }

  private static List<String> choices(String body, String pattern) {
    int dots = body.indexOf("..");
    if (dots < 0) {
      return List.of(body.split(",", -1));
    }
    String first = body.substring(0, dots);
    String last = body.substring(dots + 2);
    long from;
    long to;
    try {
      from = Long.parseUnsignedLong(first);
      to = Long.parseUnsignedLong(last);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "\"{" + body + "}\" in \"" + pattern + "\" is no range such as {00000..00009}", e);
    }
    if (from > to || to - from >= MOST_NAMES) {
      throw new IllegalArgumentException(
          "the range {"
              + body
              + "} in \""
              + pattern
              + "\" must run upwards over at most "
              + MOST_NAMES
              + " numbers");
    }
    boolean padded = first.startsWith("0") && first.length() > 1;
    String format = padded ? "%0" + first.length() + "d" : "%d";
    List<String> names = new ArrayList<>();
    for (long number = from; number <= to; number++) {
      names.add(String.format(Locale.ROOT, format, number));
    }
    return names;
  }
}
