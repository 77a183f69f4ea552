package dev.masquerade.data.plan;

import java.util.List;

/**
 * What one process has to read for one global batch.
 *
 * @param index number of the batch since the place the plan was entered, from 0
 * @param samples this process's slice, in order
 * @param after where to go on after the whole global batch
 */
public record PlannedBatch(long index, List<SampleAddress> samples, ResumePoint after) {
  public PlannedBatch {
    samples = List.copyOf(samples);
  }
}
