package dev.masquerade.data.plan;

import java.util.List;

/**
 * What one process has to read for one global batch.
 *
 * @param samples this process's slice, in order
 * @param after where to go on after the whole global batch
 */
public record PlannedBatch(List<SampleAddress> samples, ResumePoint after) {
  public PlannedBatch {
    samples = List.copyOf(samples);
  }
}
