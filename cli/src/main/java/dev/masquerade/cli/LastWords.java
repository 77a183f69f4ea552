package dev.masquerade.cli;

/**
 * What a person who presses Ctrl-C is told: what stands, and how to go on. For work that needs no
 * tidying up; see {@link Interruption} for work that does.
 */
final class LastWords implements AutoCloseable {

  private final Thread hook;

  private LastWords(String words) {
    this.hook =
        new Thread(
            () -> {
              Screen.settle();
              Screen.line(words);
            },
            "last words");
  }

  /** Says the words if the process is stopped before the result is closed. */
  static LastWords ifStopped(String words) {
    LastWords last = new LastWords(words);
    Runtime.getRuntime().addShutdownHook(last.hook);
    return last;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is going down, and the words are being said.
    }
  }
}
