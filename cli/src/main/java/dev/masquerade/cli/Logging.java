package dev.masquerade.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Sets how much is logged; logback.xml sets how. */
final class Logging {

  private Logging() {}

  static void configure(boolean verbose) {
    if (LoggerFactory.getLogger("dev.masquerade") instanceof Logger ours) {
      ours.setLevel(verbose ? Level.DEBUG : Level.INFO);
    }
  }
}
