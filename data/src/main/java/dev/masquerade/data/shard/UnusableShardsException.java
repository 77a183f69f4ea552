package dev.masquerade.data.shard;

import java.util.List;

/**
 * Shards that cannot be used as they are declared: missing files, wrong hashes, files that are not
 * tars, member names that climb out. The user's mistake, with every problem found.
 */
public final class UnusableShardsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> problems;

  /** Creates the exception; each problem says which shard, what is wrong, and what to do. */
  public UnusableShardsException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = List.copyOf(problems);
  }

  /** Creates the exception for one problem. */
  public UnusableShardsException(String problem) {
    this(List.of(problem));
  }

  /** Returns the problems, one clear message each. */
  public List<String> problems() {
    return problems;
  }
}
