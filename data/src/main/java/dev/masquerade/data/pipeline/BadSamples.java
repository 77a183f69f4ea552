package dev.masquerade.data.pipeline;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts bad samples up to a limit. A sample counts once however often its turn comes. Safe for use
 * by several threads.
 */
public final class BadSamples {

  private static final Logger LOG = LoggerFactory.getLogger(BadSamples.class);

  private final long limit;
  private final Set<SampleName> seen = new LinkedHashSet<>();

  /** Starts counting from 0. */
  public BadSamples(long limit) {
    this(limit, List.of());
  }

  /**
   * Goes on counting.
   *
   * @param before samples that were counted by what went before
   */
  public BadSamples(long limit, List<SampleName> before) {
    if (limit < 0) {
      throw new IllegalArgumentException("the limit must be at least 0, was " + limit);
    }
    this.limit = limit;
    seen.addAll(before);
  }

  /**
   * Counts and reports a sample.
   *
   * @throws TooManyBadSamplesException if it is one too many
   */
  public synchronized void count(BadSample sample) {
    if (!seen.add(new SampleName(sample.shard(), sample.key()))) {
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

  /** Returns the samples that were bad so far, in the order in which they were found. */
  public synchronized List<SampleName> names() {
    return List.copyOf(seen);
  }

  /** Returns how many samples were bad so far. */
  public synchronized int count() {
    return seen.size();
  }
}
