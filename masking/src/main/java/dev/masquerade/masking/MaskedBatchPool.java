package dev.masquerade.masking;

import dev.masquerade.modality.ModalitySpec;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * A bounded number of batches that are used again and again, so that a loader neither allocates per
 * step nor runs ahead of its reader without limit. Safe for use by several threads.
 */
public final class MaskedBatchPool {

  private final List<ModalitySpec> modalities;
  private final int rows;
  private final int limit;
  private final Deque<MaskedBatch> idle = new ArrayDeque<>();
  private final Set<MaskedBatch> taken = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * Creates a pool. Batches are allocated when they are first needed.
   *
   * @param modalities of every batch, in run order
   * @param rows capacity of every batch
   * @param limit largest number of batches, at least 1
   */
  public MaskedBatchPool(List<ModalitySpec> modalities, int rows, int limit) {
    if (rows < 1 || limit < 1) {
      throw new IllegalArgumentException(
          "a pool needs batches of at least 1 row and room for at least 1, was "
              + rows
              + " and "
              + limit);
    }
    this.modalities = List.copyOf(modalities);
    this.rows = rows;
    this.limit = limit;
  }

  /**
   * Takes an empty batch, waiting for one to come back where all are taken.
   *
   * @return a batch that belongs to the caller until {@link #giveBack}
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  public synchronized MaskedBatch take() throws InterruptedException {
    while (idle.isEmpty() && taken.size() == limit) {
      wait();
    }
    // The one given back last is the likeliest to be in a cache.
    MaskedBatch batch = idle.isEmpty() ? MaskedBatch.allocate(modalities, rows) : idle.pop();
    taken.add(batch);
    batch.clear();
    return batch;
  }

  /**
   * Takes a batch back; its arrays may be written to from now on.
   *
   * @throws IllegalArgumentException if the batch is not one that was taken and not given back yet
   */
  public synchronized void giveBack(MaskedBatch batch) {
    if (!taken.remove(batch)) {
      throw new IllegalArgumentException(
          "the batch was not taken from this pool, or was given back before");
    }
    idle.push(batch);
    notifyAll();
  }
}
