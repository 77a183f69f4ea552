package dev.masquerade.data.pipeline;

import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts bad samples up to a limit. A sample counts once however often its turn comes. Safe for use
 * by several threads.
 */
public final class BadSamples {

  private static final Logger LOG = LoggerFactory.getLogger(BadSamples.class);

  private record Identity(String shard, String key) {}

  private final long limit;
  private final Set<Identity> seen = new HashSet<>();

  /** Starts counting from 0. */
  public BadSamples(long limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("the limit must be at least 0, was " + limit);
    }
    this.limit = limit;
  }

  /**
   * Counts and reports a sample.
   *
   * @throws TooManyBadSamplesException if it is one too many
   */
  public synchronized void count(BadSample sample) {
    if (!seen.add(new Identity(sample.shard(), sample.key()))) {
      return;
    }
    if (seen.size() > limit) {
      throw new TooManyBadSamplesException(sample, limit);
    }
    LOG.warn(
        "{}{}Sample skipped ({} of {} allowed). Raise max_bad_samples, or rewrite the shard.",
        sample.describe(),
        System.lineSeparator(),
        seen.size(),
        limit);
  }

  /** Returns how many samples were bad so far. */
  public synchronized int count() {
    return seen.size();
  }
}
