package dev.masquerade.data.pipeline;

import dev.masquerade.data.plan.ResumePoint;
import dev.masquerade.masking.MaskedBatch;

/** A batch that was handed out. Close it to let its arrays be used for another one. */
public final class LoadedBatch implements AutoCloseable {

  private final BatchLoader loader;
  private final MaskedBatch batch;
  private final int recipe;
  private final ResumePoint after;
  private boolean held = true;

  LoadedBatch(BatchLoader loader, MaskedBatch batch, int recipe, ResumePoint after) {
    this.loader = loader;
    this.batch = batch;
    this.recipe = recipe;
    this.after = after;
  }

  /** Returns the batch, valid until this is closed. */
  public MaskedBatch batch() {
    return batch;
  }

  /** Returns by which of the loader's recipes it was made. */
  public int recipe() {
    return recipe;
  }

  /** Returns where a run goes on that has consumed this batch. */
  public ResumePoint after() {
    return after;
  }

  @Override
  public void close() {
    if (held) {
      held = false;
      loader.giveBack(batch, recipe);
    }
  }
}
