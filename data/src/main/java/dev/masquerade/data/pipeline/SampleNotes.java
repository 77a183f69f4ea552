package dev.masquerade.data.pipeline;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is said once about samples that were left out, instead of about every one: those that have
 * nothing a run reads, and those that one damaged shard lost. All loaders of a run share one. Safe
 * for use by several threads.
 */
public final class SampleNotes {

  private static final Logger LOG = LoggerFactory.getLogger(SampleNotes.class);

  private final Set<SampleName> lacking = new HashSet<>();
  private final Map<String, Set<SampleName>> lost = new LinkedHashMap<>();

  /**
   * Takes note of a sample.
   *
   * @return whether it should be named: it is the first of its shard, or not of a kind that is told
   *     in one line
   */
  synchronized boolean add(BadSample sample) {
    SampleName name = new SampleName(sample.shard(), sample.key());
    return switch (sample.kind()) {
      case CONTENT -> true;
      case LACKING -> {
        lacking.add(name);
        yield false;
      }
      case SHARD -> {
        Set<SampleName> names = lost.computeIfAbsent(sample.shard(), shard -> new HashSet<>());
        names.add(name);
        yield names.size() == 1;
      }
    };
  }

  /** Returns how many samples had nothing that is read. */
  public synchronized int lacking() {
    return lacking.size();
  }

  /** Says what was noted since the last time, a line for each kind. */
  public synchronized void report() {
    if (!lacking.isEmpty()) {
      LOG.info(
          "{} of the modalities this run reads, left out",
          lacking.size() == 1 ? "1 sample has none" : lacking.size() + " samples have none");
    }
    lost.forEach(
        (shard, names) -> {
          if (names.size() > 1) {
            LOG.warn(
                "{}: {} samples were skipped because the shard is damaged", shard, names.size());
          }
        });
    lacking.clear();
    lost.clear();
  }
}
