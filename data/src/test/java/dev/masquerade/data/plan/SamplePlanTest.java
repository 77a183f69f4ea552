package dev.masquerade.data.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.masking.random.SampleStreams;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SamplePlanTest {

  /** Random shapes of data sets, windows and repeats; the seed fixes which. */
  static Stream<SamplePlan> plans() {
    UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(0x91a7L);
    return IntStream.range(0, 30)
        .mapToObj(
            i ->
                SamplePlan.shuffled(
                    datasets(rng, 1 + i % 3),
                    new SampleStreams(rng.nextLong()),
                    rng.nextInt(200),
                    1 + i % 4));
  }

  private static List<PlannedDataset> datasets(UniformRandomProvider rng, int count) {
    List<PlannedDataset> datasets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Integer> shards = new ArrayList<>(List.of(1 + rng.nextInt(20)));
      while (rng.nextInt(5) > 0) {
        shards.add(rng.nextInt(20));
      }
      datasets.add(new PlannedDataset("set" + i, shards, 0.1 + rng.nextDouble()));
    }
    return datasets;
  }

  @ParameterizedTest
  @MethodSource("plans")
  void anyPlace_isFoundAgain(SamplePlan plan) {
    List<SampleAddress> whole = take(plan.from(ResumePoint.START), 700);
    for (int position = 0; position < 600; position += 37) {
      assertThat(take(plan.from(new ResumePoint(position)), 100))
          .isEqualTo(whole.subList(position, position + 100));
    }
  }

  @ParameterizedTest
  @MethodSource("plans")
  void everyEpoch_hasEverySampleOnce(SamplePlan plan) {
    List<SampleAddress> uses = take(plan.from(ResumePoint.START), 3000);
    Set<SampleAddress> distinct = new HashSet<>(uses);
    assertThat(distinct).hasSameSizeAs(uses);
    // No sample is used for the third time before all samples of its data set were used twice.
    for (int dataset = 0; dataset < 3; dataset++) {
      int which = dataset;
      List<SampleAddress> own = uses.stream().filter(use -> use.dataset() == which).toList();
      long first = own.stream().filter(use -> use.epoch() == 0).count();
      long second = own.stream().filter(use -> use.epoch() == 1).count();
      boolean twoEpochs = own.stream().anyMatch(use -> use.epoch() == 2);
      if (twoEpochs) {
        assertThat(second).isEqualTo(first);
      }
    }
  }

  @Test
  void oneEpoch_coversEveryShardExactly() {
    PlannedDataset dataset = new PlannedDataset("d", List.of(5, 0, 17, 1), 1);
    SamplePlan plan = SamplePlan.shuffled(List.of(dataset), new SampleStreams(3), 8, 1);
    List<SampleAddress> epoch = take(plan.from(ResumePoint.START), 23);
    assertThat(epoch.stream().map(use -> use.shard() * 100 + use.ordinal()).sorted())
        .containsExactlyElementsOf(
            Stream.of(IntStream.range(0, 5), IntStream.range(200, 217), IntStream.of(300))
                .flatMap(IntStream::boxed)
                .toList());
    assertThat(epoch).allMatch(use -> use.epoch() == 0);
  }

  @ParameterizedTest
  @MethodSource("plans")
  void worldSize_doesNotChangeTheGlobalOrder(SamplePlan plan) {
    int batch = 24;
    List<SampleAddress> global = take(plan.from(ResumePoint.START), batch * 5);
    for (int world : new int[] {1, 2, 3, 8, 24}) {
      List<Iterator<PlannedBatch>> ranks = new ArrayList<>();
      for (int rank = 0; rank < world; rank++) {
        ranks.add(plan.batches(ResumePoint.START, batch, new RankSlice(rank, world)));
      }
      List<SampleAddress> together = new ArrayList<>();
      for (int step = 0; step < 5; step++) {
        for (Iterator<PlannedBatch> rank : ranks) {
          PlannedBatch planned = rank.next();
          assertThat(planned.samples()).hasSize(batch / world);
          assertThat(planned.after()).isEqualTo(new ResumePoint((step + 1L) * batch));
          together.addAll(planned.samples());
        }
      }
      assertThat(together).isEqualTo(global);
    }
  }

  @Test
  void repeats_standTogetherWithTheirOwnStreams() {
    PlannedDataset dataset = new PlannedDataset("d", List.of(4), 1);
    SamplePlan plan = SamplePlan.shuffled(List.of(dataset), new SampleStreams(3), 4, 3);
    List<SampleAddress> uses = take(plan.from(ResumePoint.START), 24);
    for (int i = 0; i < 24; i += 3) {
      assertThat(uses.get(i + 1).sameSample(uses.get(i))).isTrue();
      assertThat(uses.get(i + 2).sameSample(uses.get(i))).isTrue();
      long epoch = i / 12;
      assertThat(uses.subList(i, i + 3))
          .extracting(SampleAddress::use)
          .containsExactly(epoch * 3, epoch * 3 + 1, epoch * 3 + 2);
    }
  }

  @Test
  void mixture_followsTheWeights() {
    List<PlannedDataset> datasets =
        List.of(
            new PlannedDataset("often", List.of(100), 3),
            new PlannedDataset("seldom", List.of(100), 1));
    SamplePlan plan = SamplePlan.shuffled(datasets, new SampleStreams(11), 10, 1);
    long often =
        take(plan.from(ResumePoint.START), 40_000).stream()
            .filter(use -> use.dataset() == 0)
            .count();
    // Standard deviation sqrt(40000 * 0.75 * 0.25) = 87; the seed fixes the draw.
    assertThat(often).isBetween(30_000L - 350, 30_000L + 350);
  }

  @Test
  void shuffling_mixesWithinTheWindowAndDiffersBetweenEpochs() {
    PlannedDataset dataset = new PlannedDataset("d", List.of(1000), 1);
    SamplePlan plan = SamplePlan.shuffled(List.of(dataset), new SampleStreams(5), 100, 1);
    List<Integer> ordinals =
        take(plan.from(ResumePoint.START), 2000).stream().map(SampleAddress::ordinal).toList();
    List<Integer> first = ordinals.subList(0, 1000);
    assertThat(first).isNotEqualTo(ordinals.subList(1000, 2000));
    for (int i = 0; i < 1000; i++) {
      assertThat(first.get(i)).isLessThan(i + 100);
    }
    long inPlace = IntStream.range(0, 1000).filter(i -> first.get(i) == i).count();
    assertThat(inPlace).isLessThan(50);
  }

  @Test
  void storedPlan_goesOnceThroughAllShards() {
    SamplePlan plan = SamplePlan.stored(new PlannedDataset("v", List.of(2, 0, 3), 1));
    Iterator<PlannedBatch> batches = plan.batches(ResumePoint.START, 4, RankSlice.WHOLE);
    assertThat(batches.next().samples())
        .extracting(use -> use.shard() * 10 + use.ordinal())
        .containsExactly(0, 1, 20, 21);
    assertThat(batches.next().samples())
        .extracting(use -> use.shard() * 10 + use.ordinal())
        .containsExactly(22);
    assertThat(batches.hasNext()).isFalse();
    assertThat(plan.size()).hasValue(5);
  }

  @Test
  void batchThatProcessesCannotShare_isRejected() {
    SamplePlan plan = SamplePlan.stored(new PlannedDataset("v", List.of(2), 1));
    assertThatThrownBy(() -> plan.batches(ResumePoint.START, 4, new RankSlice(0, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be a multiple of the 3 processes");
  }

  private static List<SampleAddress> take(Iterator<SampleAddress> uses, int count) {
    List<SampleAddress> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(uses.next());
    }
    return taken;
  }
}
