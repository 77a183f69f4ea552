package dev.masquerade.data.pipeline;

import dev.masquerade.data.plan.PlannedBatch;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.UnusableShardsException;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.masking.MaskedBatchPool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/*
 * Every worker takes the next batch of the plan and fills all of it; the reader takes finished
 * batches by number. So batches come out in the order of the plan, and no two threads ever write to
 * one batch. A worker starts a batch only while fewer than workers + prefetch + held ones are on
 * their way, which bounds memory and keeps the pool from ever being waited for.
 *
 * Workers are never interrupted: an interrupt would close the file channels that all of them share.
 */
/**
 * Loads masked batches ahead of its reader, in the order of a plan, with several threads.
 *
 * <p>The same plan and recipe give the same batches for any number of workers. Used by one reader;
 * closing waits for the workers.
 */
public final class BatchLoader implements AutoCloseable {

  /** How many batches a reader may hold at a time. */
  public static final int HELD = 2;

  private static final class Finished {
    final MaskedBatch batch;
    final int recipe;
    final PlannedBatch planned;
    final List<BadSample> left;
    final @Nullable Throwable failure;

    Finished(
        MaskedBatch batch,
        int recipe,
        PlannedBatch planned,
        List<BadSample> left,
        @Nullable Throwable failure) {
      this.batch = batch;
      this.recipe = recipe;
      this.planned = planned;
      this.left = left;
      this.failure = failure;
    }
  }

  private final Iterator<PlannedBatch> plan;
  private final RecipeDraw draw;
  private final List<MaskedBatchPool> pools = new ArrayList<>();
  private final BadSamples badSamples;
  private final long samples;
  private final int limit;
  private final List<Thread> threads = new ArrayList<>();

  // Guarded by lock.
  private final Object lock = new Object();
  private final Map<Long, Finished> finished = new HashMap<>();
  private long nextToStart;
  private long nextToHandOut;
  private int outstanding;
  private int held;
  private boolean exhausted;
  private @Nullable Throwable broken;
  private volatile boolean closing;

  private BatchLoader(
      List<BatchRecipe> recipes,
      Iterator<PlannedBatch> plan,
      LoaderSettings settings,
      SampleNotes notes) {
    BatchRecipe first = recipes.get(0);
    this.plan = plan;
    this.draw = new RecipeDraw(recipes.size(), first.streams());
    this.limit = settings.workers() + settings.prefetch() + HELD;
    for (BatchRecipe recipe : recipes) {
      pools.add(
          new MaskedBatchPool(recipe.modalities(), settings.rows() * recipe.views().size(), limit));
    }
    this.badSamples = new BadSamples(settings.maxBadSamples(), settings.badBefore(), notes);
    this.samples = first.sets().stream().mapToLong(set -> set.planned().sampleCount()).sum();
  }

  /**
   * Starts loading.
   *
   * @param plan batches to load, entered where the run goes on; used by the loader from now on
   * @param shards where shards are opened; stays the caller's, to be closed after the loader
   */
  public static BatchLoader start(
      BatchRecipe recipe, Iterator<PlannedBatch> plan, OpenShards shards, LoaderSettings settings) {
    return start(List.of(recipe), plan, shards, settings);
  }

  /** Starts loading batches each of which is made by one of several recipes, for a reader alone. */
  public static BatchLoader start(
      List<BatchRecipe> recipes,
      Iterator<PlannedBatch> plan,
      OpenShards shards,
      LoaderSettings settings) {
    return start(recipes, plan, shards, settings, new SampleNotes());
  }

  /**
   * Starts loading batches each of which is made by one of several recipes, drawn by the run's seed
   * and the batch's place in the plan.
   *
   * @param recipes for the same data sets, which differ in what becomes of a sample, such as the
   *     size of its pictures; at least one
   * @param plan batches to load, entered where the run goes on; used by the loader from now on
   * @param shards where shards are opened; stays the caller's, to be closed after the loader
   * @param notes what is said once about many samples, whichever loader of a run met them
   */
  public static BatchLoader start(
      List<BatchRecipe> recipes,
      Iterator<PlannedBatch> plan,
      OpenShards shards,
      LoaderSettings settings,
      SampleNotes notes) {
    BatchLoader loader = new BatchLoader(recipes, plan, settings, notes);
    EmptyContents empty = new EmptyContents();
    for (int i = 0; i < settings.workers(); i++) {
      List<BatchWorker> workers =
          recipes.stream().map(recipe -> new BatchWorker(recipe, shards, empty)).toList();
      Thread thread = new Thread(() -> loader.work(workers), "loader-" + i);
      thread.setDaemon(true);
      loader.threads.add(thread);
      thread.start();
    }
    return loader;
  }

  /**
   * Returns the next batch, waiting for it where necessary. Batches all of whose samples are bad
   * are left out.
   *
   * @return empty at the end of a plan that ends
   * @throws TooManyBadSamplesException if more samples were bad than allowed
   * @throws UnusableShardsException if a shard cannot be used as declared, or every sample is bad
   * @throws LoadingFailedException if a worker failed, with its failure as the cause
   * @throws InterruptedException if the reader is interrupted while it waits
   */
  public Optional<LoadedBatch> next() throws InterruptedException {
    while (true) {
      Finished batch = takeFinished();
      if (batch == null) {
        return Optional.empty();
      }
      for (BadSample sample : batch.left) {
        badSamples.count(sample);
      }
      if (batch.batch.rows() == 0) {
        giveBack(batch.batch, batch.recipe);
        refuseIfAllAreBad(batch.left);
        continue;
      }
      return Optional.of(new LoadedBatch(this, batch.batch, batch.recipe, batch.planned.after()));
    }
  }

  /** A plan that never ends would otherwise be searched for a good sample for ever. */
  private void refuseIfAllAreBad(List<BadSample> left) {
    if (!left.isEmpty() && badSamples.unusable() >= samples) {
      throw new UnusableShardsException(
          "None of the "
              + samples
              + " samples can be used. The last one, "
              + left.get(left.size() - 1).describe());
    }
  }

  /** Returns how many different samples of the run were bad in the batches handed out so far. */
  public int badSampleCount() {
    return badSamples.count();
  }

  /** Returns those samples, in the order in which they were found. */
  public List<SampleName> badSamples() {
    return badSamples.names();
  }

  private @Nullable Finished takeFinished() throws InterruptedException {
    synchronized (lock) {
      while (true) {
        if (broken != null) {
          throw surfaced(broken);
        }
        if (closing) {
          throw new IllegalStateException("the loader is closed");
        }
        Finished batch = finished.remove(nextToHandOut);
        if (batch != null) {
          if (batch.failure != null) {
            broken = batch.failure;
            continue;
          }
          nextToHandOut++;
          held++;
          return batch;
        }
        if (exhausted && nextToHandOut == nextToStart) {
          return null;
        }
        if (held == limit) {
          throw new IllegalStateException(
              "all " + limit + " batches are held by the reader; close them after use");
        }
        lock.wait();
      }
    }
  }

  private static RuntimeException surfaced(Throwable failure) {
    if (failure instanceof UnusableShardsException e) {
      UnusableShardsException again = new UnusableShardsException(e.problems());
      again.initCause(e);
      return again;
    }
    return new LoadingFailedException(failure);
  }

  void giveBack(MaskedBatch batch, int recipe) {
    synchronized (lock) {
      pools.get(recipe).giveBack(batch);
      held--;
      outstanding--;
      lock.notifyAll();
    }
  }

  private void work(List<BatchWorker> workers) {
    while (true) {
      PlannedBatch planned;
      MaskedBatch batch;
      int recipe;
      long number;
      synchronized (lock) {
        try {
          while (outstanding == limit && !closing && !exhausted && broken == null) {
            lock.wait();
          }
          if (closing || exhausted || broken != null) {
            return;
          }
          if (!plan.hasNext()) {
            exhausted = true;
            lock.notifyAll();
            return;
          }
          planned = plan.next();
          recipe = draw.of(planned);
          batch = pools.get(recipe).take();
        } catch (InterruptedException | RuntimeException | Error e) {
          // An Error as well: a batch that finds no memory must not leave the reader waiting.
          broken = e;
          lock.notifyAll();
          return;
        }
        number = nextToStart++;
        outstanding++;
      }
      List<BadSample> left = List.of();
      Throwable failure = null;
      try {
        left = workers.get(recipe).fill(planned, batch, () -> closing);
      } catch (Exception | Error e) {
        failure = e; // surfaces where the reader comes to this batch
      }
      synchronized (lock) {
        finished.put(number, new Finished(batch, recipe, planned, left, failure));
        lock.notifyAll();
      }
      if (failure != null) {
        return;
      }
    }
  }

  /** Stops the workers and waits until they are done with the samples at hand. */
  @Override
  public void close() {
    closing = true;
    synchronized (lock) {
      lock.notifyAll();
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
