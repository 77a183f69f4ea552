package dev.masquerade.train.generate;

import java.util.List;

/**
 * One sample to make.
 *
 * @param key names it, in messages and files
 * @param seed its draws derive from it and from the plan's seed; neither its key nor its neighbours
 *     in a batch matter
 * @param conditions what the model is shown; none generates freely
 * @param partial targets some places of which are known
 */
public record Prompt(
    String key, long seed, List<Condition> conditions, List<PartialTarget> partial) {

  public Prompt {
    conditions = List.copyOf(conditions);
    partial = List.copyOf(partial);
  }

  /** Creates a prompt for whole targets. */
  public Prompt(String key, long seed, List<Condition> conditions) {
    this(key, seed, conditions, List.of());
  }

  /** Returns the same prompt under another name with other draws. */
  public Prompt again(String otherKey, long otherSeed) {
    return new Prompt(otherKey, otherSeed, conditions, partial);
  }
}
