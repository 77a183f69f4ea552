package dev.masquerade.cli;

import java.io.OutputStream;
import java.nio.charset.Charset;

/**
 * Standard error: whole lines, and below them at most one that is drawn over while something is
 * under way. Whoever prints while a bar may be live prints here, or the line would stick to it.
 */
final class Screen {

  /** Set by the launcher, which can tell whether standard error itself is a terminal. */
  private static final String TERMINAL = "masquerade.terminal";

  private static String live = "";

  private Screen() {}

  /** Says whether a person watches, rather than a file or another program. */
  static boolean isWatched() {
    String told = System.getProperty(TERMINAL);
    return told == null ? System.console() != null : Boolean.parseBoolean(told);
  }

  /** Prints a line, above the live one where there is one. */
  static synchronized void line(String text) {
    System.err.print(wiped() + text.stripTrailing() + System.lineSeparator() + live);
    System.err.flush();
  }

  /** Draws the live line in place of what it was. */
  static synchronized void draw(String text) {
    String now = text.stripTrailing();
    System.err.print("\r" + now + " ".repeat(Math.max(0, live.length() - now.length())));
    System.err.flush();
    live = now;
  }

  /** Leaves the live line as it stands; what follows begins below it. */
  static synchronized void settle() {
    if (!live.isEmpty()) {
      System.err.print(System.lineSeparator());
      System.err.flush();
      live = "";
    }
  }

  private static String wiped() {
    return live.isEmpty() ? "" : "\r" + " ".repeat(live.length()) + "\r";
  }

  /** Returns a stream for a log that writes each of its lines at once. */
  static OutputStream lines() {
    return new OutputStream() {
      @Override
      public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int length) {
        line(new String(bytes, from, length, Charset.defaultCharset()));
      }
    };
  }
}
