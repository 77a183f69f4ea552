package dev.masquerade.model.weights.pickle;

import java.io.IOException;

/** What is wrong with a file, before the file's name is put in front. */
final class RefusedPickleException extends IOException {
  private static final long serialVersionUID = 1;
  private static final int LONGEST_QUOTE = 120;

  RefusedPickleException(String problem) {
    super(problem);
  }

  RefusedPickleException(String problem, Throwable cause) {
    super(problem, cause);
  }

  /** Returns text out of a file so that it can stand in a message. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < Math.min(text.length(), LONGEST_QUOTE); i++) {
      char c = text.charAt(i);
      quoted.append(Character.isISOControl(c) ? '?' : c);
    }
    return quoted.append(text.length() > LONGEST_QUOTE ? "...\"" : "\"").toString();
  }
}
