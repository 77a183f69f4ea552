package dev.masquerade.data.pipeline;

import dev.masquerade.data.plan.ResumePoint;
import dev.masquerade.masking.MaskedBatch;

/** A batch that was handed out. Close it to let its arrays be used for another one. */
public final class LoadedBatch implements AutoCloseable {

  private final BatchLoader loader;
  private final MaskedBatch batch;
  private final long index;
  private final ResumePoint after;
  private final long waitedNanos;
  private boolean held = true;

  LoadedBatch(
      BatchLoader loader, MaskedBatch batch, long index, ResumePoint after, long waitedNanos) {
    this.loader = loader;
    this.batch = batch;
    this.index = index;
    this.after = after;
    this.waitedNanos = waitedNanos;
  }

  /** Returns the batch, valid until this is closed. */
  public MaskedBatch batch() {
    return batch;
  }

  /** Returns the number of the batch, from 0 at the place the plan was entered. */
  public long index() {
    return index;
  }

  /** Returns where a run goes on that has consumed this batch. */
  public ResumePoint after() {
    return after;
  }

  /** Returns how long its reader waited for it, in nanoseconds. */
  public long waitedNanos() {
    return waitedNanos;
  }

  @Override
  public void close() {
    if (held) {
      held = false;
      loader.giveBack(batch);
    }
  }
}
