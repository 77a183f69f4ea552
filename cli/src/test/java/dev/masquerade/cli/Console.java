package dev.masquerade.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs commands as a user does, and keeps what they print. */
final class Console {

  /**
   * What a command did.
   *
   * @param code it ended with
   * @param out standard output
   * @param err standard error, log included
   */
  record Outcome(int code, String out, String err) {

    /** Returns the lines of standard error without progress bars and line endings. */
    String message() {
      return err.strip();
    }
  }

  private Console() {}

  static synchronized Outcome run(Object... arguments) {
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = String.valueOf(arguments[i]);
    }
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
    int code;
    try {
      code = Masquerade.run(words);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    return new Outcome(
        code,
        printed.toString(StandardCharsets.UTF_8),
        complained.toString(StandardCharsets.UTF_8));
  }
}
