package dev.masquerade.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.ModalitySpec;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MaskedBatchPoolTest {

  private static final List<ModalitySpec> GRID = List.of(GoldenModalities.grid("grid", 4));

  @Test
  void givenBackBatch_isTakenAgainEmpty() throws InterruptedException {
    MaskedBatchPool pool = new MaskedBatchPool(GRID, 2, 3);
    MaskedBatch first = pool.take();
    first.addRow("a");
    first.countRetryLimitHit();
    pool.giveBack(first);

    MaskedBatch second = pool.take();

    assertThat(second).isSameAs(first);
    assertThat(second.rows()).isZero();
    assertThat(second.retryLimitHits()).isZero();
  }

  @Test
  void batchGivenBackTwice_isRefused() throws InterruptedException {
    MaskedBatchPool pool = new MaskedBatchPool(GRID, 2, 3);
    MaskedBatch batch = pool.take();
    pool.giveBack(batch);
    assertThatThrownBy(() -> pool.giveBack(batch)).hasMessageContaining("given back before");
  }

  @Test
  void allTaken_waitsUntilOneComesBack() throws Exception {
    MaskedBatchPool pool = new MaskedBatchPool(GRID, 2, 1);
    MaskedBatch only = pool.take();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<MaskedBatch> waiting = other.submit(pool::take);
      assertThat(waiting.isDone()).isFalse();
      pool.giveBack(only);
      assertThat(waiting.get(10, TimeUnit.SECONDS)).isSameAs(only);
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void manyThreads_neverShareABatchAndNeverExceedTheLimit() throws Exception {
    MaskedBatchPool pool = new MaskedBatchPool(GRID, 1, 3);
    Set<MaskedBatch> all =
        Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> runs =
          IntStream.range(0, 8)
              .<Future<?>>mapToObj(i -> threads.submit(() -> useOften(pool, all)))
              .toList();
      for (Future<?> run : runs) {
        run.get(30, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(all).hasSizeBetween(1, 3);
  }

  private static Void useOften(MaskedBatchPool pool, Set<MaskedBatch> all)
      throws InterruptedException {
    for (int i = 0; i < 2_000; i++) {
      MaskedBatch batch = pool.take();
      all.add(batch);
      // A batch that two threads held would refuse the second row.
      batch.addRow("a");
      pool.giveBack(batch);
    }
    return null;
  }
}
