package dev.masquerade.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MixturePolicyTest {

  private static final SpanMarks MARKS = new SpanMarks(0, 3, 4, 30);
  private static final int PATCHES = 9;
  private static final ModalitySpec TEXT =
      GoldenModalities.sequence("text", 12, MARKS, TokenLayout.Unit.TOKEN);
  private static final ModalitySpec RGB =
      new ModalitySpec(
          new ModalityName("rgb"),
          new TokenSpace.Pixels(2, ChannelStatistics.IMAGENET),
          new TokenLayout.Grid(3, 3),
          Set.of(Role.INPUT));
  private static final ModalitySpec IDS = GoldenModalities.grid("ids", 16);
  private static final ModalitySpec VECTORS = GoldenModalities.vectors("vectors", 5, 2);
  private static final List<ModalitySpec> RUN = List.of(TEXT, RGB, IDS, VECTORS);

  private final SampleStreams streams = new SampleStreams(1);
  private final MaskingPolicy policy = mixture(Map.of()).policy(RUN);

  @Test
  void grid_isPartitionedIntoSeenPredictedAndDropped() {
    MaskedBatch batch = MaskedBatch.allocate(RUN, 1);
    MixturePolicy mixturePolicy = new MixturePolicy(mixture(Map.of()), RUN);
    for (int i = 0; i < 2_000; i++) {
      mask(mixturePolicy, batch, "key " + i, sample());
      for (int m : new int[] {1, 2}) {
        MaskedBatch.Part part = batch.parts().get(m);
        int seen = 0;
        int predicted = 0;
        for (int place = 0; place < part.places; place++) {
          assertThat(!part.encoderIgnored[place] && !part.decoderIgnored[place]).isFalse();
          seen += part.encoderIgnored[place] ? 0 : 1;
          predicted += part.decoderIgnored[place] ? 0 : 1;
        }
        assertThat(seen).isEqualTo(mixturePolicy.workspace().input[m]);
        assertThat(predicted)
            .isEqualTo(part.spec.isTarget() ? mixturePolicy.workspace().target[m] : 0);
        assertThat(IntStream.of(part.decoderRun).sum()).isEqualTo(predicted);
      }
    }
  }

  @Test
  void visiblePixels_areThoseOfTheSample() {
    MaskedBatch batch = MaskedBatch.allocate(RUN, 1);
    MaskedBatch.Part part = batch.parts().get(1);
    byte[] values = pixels();
    int seen = 0;
    for (int i = 0; i < 200; i++) {
      mask(policy, batch, "key " + i, sample());
      for (int place = 0; place < PATCHES; place++) {
        if (!part.encoderIgnored[place]) {
          seen++;
          int from = place * part.width;
          assertThat(Arrays.copyOfRange(part.pixels, from, from + part.width))
              .containsExactly(Arrays.copyOfRange(values, from, from + part.width));
        }
      }
    }
    assertThat(seen).isPositive();
  }

  @Test
  void sequence_isRestoredByPuttingTargetRunsInPlaceOfSentinels() {
    // Targets that are never too long, so that nothing is cut.
    MaskingMixture generous =
        new MaskingMixture(
            List.of(new MaskingComponent(Map.of(TEXT.name(), new ModalityShare(1, 1)))),
            TokenRange.upTo(12),
            TokenRange.exactly(12));
    MaskingPolicy textOnly = generous.policy(List.of(TEXT));
    MaskedBatch batch = MaskedBatch.allocate(List.of(TEXT), 1);
    MaskedBatch.Part part = batch.parts().get(0);
    int[] ids = IntStream.range(100, 109).toArray();
    for (int i = 0; i < 1_000; i++) {
      mask(textOnly, batch, "key " + i, List.of(new TokenizedModality.IdSequence(ids)));
      List<Integer> input = visible(part, part.encoderIgnored);
      List<Integer> target = visible(part, part.decoderIgnored);
      assertThat(target.get(0)).isEqualTo(MARKS.sentinel(1));
      if (input.isEmpty()) {
        input.add(MARKS.sentinel(1));
      }
      assertThat(restored(input, target)).containsExactlyElementsOf(boxed(ids));
    }
  }

  @Test
  void equalStreams_giveEqualRowsOnAnyThread() throws Exception {
    List<int[]> alone = new ArrayList<>();
    MaskedBatch batch = MaskedBatch.allocate(RUN, 1);
    for (int i = 0; i < 300; i++) {
      mask(policy, batch, "key " + i, sample());
      alone.add(assignment(batch));
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<int[]>> together = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        String key = "key " + i;
        together.add(
            threads.submit(
                () -> {
                  MaskedBatch own = MaskedBatch.allocate(RUN, 1);
                  mask(policy, own, key, sample());
                  return assignment(own);
                }));
      }
      for (int i = 0; i < 300; i++) {
        assertThat(together.get(i).get()).containsExactly(alone.get(i));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void missingModality_isWhollyIgnoredAndChangesNothingElseBeforeIt() {
    MaskedBatch batch = MaskedBatch.allocate(RUN, 1);
    List<@Nullable TokenizedModality> sample = new ArrayList<>(sample());
    sample.set(2, null);
    mask(policy, batch, "key", sample);

    MaskedBatch.Part part = batch.parts().get(2);
    assertThat(part.encoderIgnored).containsOnly(true);
    assertThat(part.decoderIgnored).containsOnly(true);
    assertThat(part.decoderRun).containsOnly(0);
    assertThat(part.ids).containsOnly(0);
  }

  @Test
  void zeroConcentration_receivesNothing() {
    Map<ModalityName, ModalityShare> shares = new LinkedHashMap<>();
    shares.put(TEXT.name(), new ModalityShare(1, 0));
    shares.put(IDS.name(), new ModalityShare(0, 1));
    MaskingPolicy textToIds =
        new MaskingMixture(
                List.of(new MaskingComponent(shares)), TokenRange.exactly(6), TokenRange.exactly(6))
            .policy(RUN);
    MaskedBatch batch = MaskedBatch.allocate(RUN, 1);
    for (int i = 0; i < 100; i++) {
      mask(textToIds, batch, "key " + i, sample());
      assertThat(batch.parts().get(0).decoderIgnored).containsOnly(true);
      assertThat(batch.parts().get(1).encoderIgnored).containsOnly(true);
      assertThat(batch.parts().get(2).encoderIgnored).containsOnly(true);
      assertThat(visible(batch.parts().get(2), batch.parts().get(2).decoderIgnored)).hasSize(6);
    }
  }

  @Test
  void minimaThatCannotBeMet_areCountedOncePerRow() {
    MaskingPolicy impossible =
        mixture(Map.of(IDS.name(), new TokenRange(16, 16), RGB.name(), new TokenRange(9, 9)))
            .policy(RUN);
    MaskedBatch batch = MaskedBatch.allocate(RUN, 2);
    batch.clear();
    for (String key : List.of("a", "b")) {
      int row = batch.addRow(key);
      impossible.mask(sample(), streams.stream(0, key, Purpose.MASKING), batch, row);
    }
    assertThat(batch.retryLimitHits()).isEqualTo(2);
  }

  @Test
  void secondRow_leavesTheFirstAsItWas() {
    MaskedBatch batch = MaskedBatch.allocate(RUN, 2);
    mask(policy, batch, "first", sample());
    int[] before = assignment(batch);
    int row = batch.addRow("second");
    policy.mask(sample(), streams.stream(0, "second", Purpose.MASKING), batch, row);
    assertThat(assignment(batch)).containsExactly(before);
  }

  @Test
  void tokensThatContradictTheSpec_areRefusedByName() {
    MaskedBatch batch = MaskedBatch.allocate(RUN, 1);
    List<@Nullable TokenizedModality> sample = new ArrayList<>(sample());
    sample.set(2, GoldenModalities.idsFromZero(15));
    assertThatThrownBy(() -> mask(policy, batch, "key", sample))
        .hasMessageContaining("modality ids")
        .hasMessageContaining("15 values do not fill its 16 places");
    sample.set(2, new TokenizedModality.IdSequence(new int[16]));
    assertThatThrownBy(() -> mask(policy, batch, "key", sample))
        .hasMessageContaining("IdSequence do not go with");
  }

  private static MaskingMixture mixture(Map<ModalityName, TokenRange> limits) {
    Map<ModalityName, ModalityShare> shares = new LinkedHashMap<>();
    RUN.forEach(spec -> shares.put(spec.name(), new ModalityShare(1, spec.isTarget() ? 1 : 0)));
    return new MaskingMixture(
        List.of(new MaskingComponent(shares)),
        new TokenRange(4, 20),
        new TokenRange(4, 20),
        limits);
  }

  private void mask(
      MaskingPolicy by,
      MaskedBatch batch,
      String key,
      List<? extends @Nullable TokenizedModality> sample) {
    batch.clear();
    int row = batch.addRow(key);
    by.mask(
        new ArrayList<@Nullable TokenizedModality>(sample),
        streams.stream(0, key, Purpose.MASKING),
        batch,
        row);
  }

  private static List<TokenizedModality> sample() {
    return List.of(
        GoldenModalities.text(new int[] {1, 2, 3, 4, 5, 6, 7}, MARKS, 12),
        new TokenizedModality.PixelPatches(pixels(), 12),
        GoldenModalities.idsFromZero(16),
        new TokenizedModality.VectorTokens(new float[] {1, 2, 3, 4, 5, 6}, 2));
  }

  private static byte[] pixels() {
    byte[] values = new byte[PATCHES * 12];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (i + 1);
    }
    return values;
  }

  private static List<Integer> visible(MaskedBatch.Part part, boolean[] ignored) {
    List<Integer> ids = new ArrayList<>();
    for (int place = 0; place < part.places; place++) {
      if (!ignored[place]) {
        ids.add(part.ids[place]);
      }
    }
    return ids;
  }

  private static List<Integer> restored(List<Integer> input, List<Integer> target) {
    List<Integer> restored = new ArrayList<>();
    for (int id : input) {
      if (!MARKS.isSentinel(id)) {
        restored.add(id);
        continue;
      }
      for (int i = target.indexOf(id) + 1; !MARKS.isSentinel(target.get(i)); i++) {
        restored.add(target.get(i));
      }
    }
    return restored;
  }

  private static List<Integer> boxed(int[] ids) {
    return IntStream.of(ids).boxed().toList();
  }

  /** Everything the first row says, in one array. */
  private static int[] assignment(MaskedBatch batch) {
    return batch.parts().stream()
        .flatMapToInt(
            part ->
                IntStream.range(0, part.places)
                    .flatMap(
                        place ->
                            IntStream.of(
                                part.encoderIgnored[place] ? 1 : 0,
                                part.decoderIgnored[place] ? 1 : 0,
                                part.decoderRun[place],
                                part.ids.length > 0 ? part.ids[place] : 0)))
        .toArray();
  }
}
