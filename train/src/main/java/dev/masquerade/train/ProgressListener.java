package dev.masquerade.train;

import dev.masquerade.train.metric.MetricRecord;
import java.nio.file.Path;
import java.time.Duration;

/** Watches a run, for the person who waits. Called by the thread of the run. */
public interface ProgressListener {

  /** Watches nothing. */
  ProgressListener NONE = new ProgressListener() {};

  /** The run is ready for its first step. */
  default void started(RunSummary summary) {}

  /** A step is done. */
  default void stepped(StepReport report) {}

  /** Held-out samples were looked at. */
  default void validated(MetricRecord record) {}

  /** A checkpoint is on the disk. */
  default void checkpointWritten(long step, Path directory, long bytes, Duration took) {}

  /** The run is over and its last checkpoint is on the disk. */
  default void finished(RunOutcome outcome) {}
}
