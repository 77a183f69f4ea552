package dev.masquerade.data.schema;

import java.util.List;

/** A file or an override that cannot be used: the user's mistake, with every problem found. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final List<String> problems;

  /**
   * Creates the exception.
   *
   * @param problems at least one, each saying where, what is wrong and what to do
   */
  public ConfigurationException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** Returns the problems in the order of their files and lines. */
  public List<String> problems() {
    return problems;
  }
}
