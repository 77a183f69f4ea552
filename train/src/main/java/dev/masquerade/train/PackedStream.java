package dev.masquerade.train;

import dev.masquerade.data.pipeline.BatchLoader;
import dev.masquerade.data.pipeline.LoadedBatch;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Packs the next batch while the model is busy with the one before it, in the order of the loader.
 * Used by one thread; closing leaves the loader open.
 */
final class PackedStream implements AutoCloseable {

  /**
   * A packed batch with what is told of it.
   *
   * @param packed to be closed after use
   * @param keys of its samples, in order
   * @param samplesAfter uses of samples consumed once it is used
   * @param budgetMisses rows whose budgets could not be met
   */
  record Item(PackedBatch packed, List<String> keys, long samplesAfter, int budgetMisses) {}

  /** An item, or why there is none. */
  private record Handed(@Nullable Item item, @Nullable Throwable failure) {}

  private final BatchLoader loader;
  private final List<Packer> packers;
  private final BlockingQueue<Handed> queue = new ArrayBlockingQueue<>(1);
  private final Thread thread;

  /**
   * Starts packing.
   *
   * @param packers one for each of the loader's recipes
   */
  PackedStream(BatchLoader loader, List<Packer> packers) {
    this.loader = loader;
    this.packers = List.copyOf(packers);
    this.thread = new Thread(this::work, "packer");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Returns the next batch, waiting for it where necessary. Failures of the loader surface here.
   *
   * @throws InterruptedException if the thread is interrupted while it waits
   */
  Item next() throws InterruptedException {
    Handed handed = queue.take();
    Throwable failure = handed.failure();
    if (failure instanceof RuntimeException known) {
      throw known;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    Item item = handed.item();
    if (item == null) {
      throw new IllegalStateException("packing ended", failure);
    }
    return item;
  }

  private void work() {
    try {
      while (true) {
        Optional<LoadedBatch> next = loader.next();
        if (next.isEmpty()) {
          throw new IllegalStateException("a training plan never ends");
        }
        queue.put(new Handed(pack(next.get()), null));
      }
    } catch (InterruptedException e) {
      // Closed: nobody waits any more.
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      try {
        queue.put(new Handed(null, e));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Item pack(LoadedBatch loaded) {
    try (loaded) {
      MaskedBatch batch = loaded.batch();
      List<String> keys = new ArrayList<>(batch.rows());
      for (int row = 0; row < batch.rows(); row++) {
        keys.add(batch.key(row));
      }
      Packer packer = packers.get(loaded.recipe());
      return new Item(packer.pack(batch), keys, loaded.after().samples(), batch.retryLimitHits());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    Handed left = queue.poll();
    if (left != null && left.item() != null) {
      left.item().packed().close();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
