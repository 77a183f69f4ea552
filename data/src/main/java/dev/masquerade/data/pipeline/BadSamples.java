package dev.masquerade.data.pipeline;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts bad samples up to a limit. A sample counts once however often its turn comes; one that
 * merely has nothing that is read does not count. Safe for use by several threads.
 */
public final class BadSamples {

  private static final Logger LOG = LoggerFactory.getLogger(BadSamples.class);

  /** What to do, where the limit is a field of a run. */
  static final String FIELD = "max_bad_samples";

  private final long limit;
  private final String setting;
  private final SampleNotes notes;
  private final Set<SampleName> seen = new LinkedHashSet<>();
  private final Set<SampleName> lacking = new HashSet<>();

  /** Starts counting from 0. */
  public BadSamples(long limit) {
    this(limit, FIELD, List.of(), new SampleNotes());
  }

  /** Starts counting from 0, for work that goes on however many there are. */
  public static BadSamples unlimited() {
    return new BadSamples(Long.MAX_VALUE);
  }

  /** Starts counting from 0, up to a limit that a user set under some name. */
  public BadSamples(long limit, String setting) {
    this(limit, setting, List.of(), new SampleNotes());
  }

  /**
   * Goes on counting.
   *
   * @param before samples that were counted by what went before
   */
  public BadSamples(long limit, List<SampleName> before) {
    this(limit, FIELD, before, new SampleNotes());
  }

  /**
   * Goes on counting, up to a limit that a user set under some name.
   *
   * @param before samples that were counted by what went before
   */
  public BadSamples(long limit, String setting, List<SampleName> before) {
    this(limit, setting, before, new SampleNotes());
  }

  /**
   * Goes on counting, as one of several of a run.
   *
   * @param before samples that were counted by what went before
   * @param notes what is said once about many samples
   */
  BadSamples(long limit, List<SampleName> before, SampleNotes notes) {
    this(limit, FIELD, before, notes);
  }

  private BadSamples(long limit, String setting, List<SampleName> before, SampleNotes notes) {
    if (limit < 0) {
      throw new IllegalArgumentException("the limit must be at least 0, was " + limit);
    }
    this.limit = limit;
    this.setting = setting;
    this.notes = notes;
    seen.addAll(before);
  }

  /**
   * Counts and reports a sample.
   *
   * @throws TooManyBadSamplesException if it is one too many
   */
  public synchronized void count(BadSample sample) {
    SampleName name = new SampleName(sample.shard(), sample.key());
    if (sample.kind() == BadSample.Kind.LACKING) {
      lacking.add(name);
      notes.add(sample);
      return;
    }
    if (!seen.add(name)) {
      return;
    }
    if (seen.size() > limit) {
      throw new TooManyBadSamplesException(sample, limit, setting);
    }
    if (!notes.add(sample)) {
      return;
    }
    if (limit == Long.MAX_VALUE) {
      LOG.warn("{}{}Sample left out.", sample.describe(), System.lineSeparator());
    } else {
      LOG.warn(
          "{}{}Sample skipped ({} of {} allowed). Raise {}, or rewrite the shard.",
          sample.describe(),
          System.lineSeparator(),
          seen.size(),
          limit,
          setting);
    }
  }

  /** Says in one line each what was not said of every sample. */
  public void report() {
    notes.report();
  }

  /** Returns how many samples cannot be used, bad ones and those with nothing that is read. */
  synchronized int unusable() {
    return seen.size() + lacking.size();
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
