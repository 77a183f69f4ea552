package dev.masquerade.data.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.data.augment.CentreCrop;
import dev.masquerade.data.augment.RandomResizedCrop;
import dev.masquerade.data.plan.PlannedBatch;
import dev.masquerade.data.plan.RankSlice;
import dev.masquerade.data.plan.ResumePoint;
import dev.masquerade.data.plan.SamplePlan;
import dev.masquerade.data.prepare.TarShardWriter;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardFile;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.data.shard.UnusableShardsException;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.masking.MaskingPolicy;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenizedModality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BatchLoaderTest {

  private static final int BATCH = 8;
  private static final int SHARDS = 5;
  private static final int PER_SHARD = 13;

  /** Puts tokens and a draw into the row, so that rows show what decided them. */
  private static final MaskingPolicy SHOWING =
      (sample, rng, batch, row) -> {
        for (int i = 0; i < sample.size(); i++) {
          TokenizedModality tokens = sample.get(i);
          if (tokens != null) {
            MaskedBatch.Part part = batch.parts().get(i);
            int at = row * part.places;
            System.arraycopy(((TokenizedModality.IdGrid) tokens).ids(), 0, part.ids, at, 3);
            part.encoderIgnored[at + rng.nextInt(3)] = false;
          }
        }
      };

  @TempDir Path folder;
  private final List<ShardDeclaration> shards = new ArrayList<>();
  private final Map<String, String> spoiled = new TreeMap<>();

  @BeforeEach
  void writeShards() throws IOException {
    for (int shard = 0; shard < SHARDS; shard++) {
      Map<String, Map<String, String>> samples = new TreeMap<>();
      for (int i = 0; i < PER_SHARD; i++) {
        int number = shard * 100 + i;
        Map<String, String> members = new TreeMap<>(Map.of("a.txt", "" + number));
        if (number % 3 != 0) {
          members.put("b.txt", "" + 2 * number);
        }
        samples.put("key" + number, members);
      }
      shards.add(write("shard-" + shard + ".tar", samples));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void anyNumberOfWorkers_givesTheSameBatches(int workers) throws Exception {
    assertThat(load(workers, ResumePoint.START, 1, 30))
        .isEqualTo(load(1, ResumePoint.START, 1, 30));
  }

  @Test
  void resumedLoader_goesOnWithExactlyTheNextBatch() throws Exception {
    List<String> whole = load(2, ResumePoint.START, 1, 30);
    for (int done : new int[] {1, 7, 8, 9, 20}) {
      assertThat(load(3, new ResumePoint((long) done * BATCH), 1, 30 - done))
          .isEqualTo(whole.subList(done, 30));
    }
  }

  @Test
  void repeatedSamples_areLookedAtAndMaskedAnew() throws Exception {
    try (OpenShards open = open();
        BatchLoader loader = loader(open, 2, ResumePoint.START, 2, 0)) {
      try (LoadedBatch loaded = loader.next().orElseThrow()) {
        MaskedBatch batch = loaded.batch();
        int differing = 0;
        for (int row = 0; row < batch.rows(); row += 2) {
          assertThat(batch.key(row + 1)).isEqualTo(batch.key(row));
          differing += row(batch, row).equals(row(batch, row + 1)) ? 0 : 1;
        }
        assertThat(differing).isEqualTo(BATCH / 2);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void twoViews_areRowsSideBySide_lookedAtAndMaskedByChanceOfTheirOwn(int workers)
      throws Exception {
    BatchRecipe one = recipe();
    BatchRecipe two =
        new BatchRecipe(
            one.sets(),
            one.modalities(),
            List.of(one.views().get(0), one.views().get(0)),
            one.policy(),
            one.streams());
    List<String> rows = new ArrayList<>();
    try (OpenShards open = open();
        BatchLoader loader =
            BatchLoader.start(
                two, batches(ResumePoint.START, 1), open, settings(workers, 0, List.of()))) {
      for (int i = 0; i < 4; i++) {
        try (LoadedBatch loaded = loader.next().orElseThrow()) {
          MaskedBatch batch = loaded.batch();
          assertThat(batch.rows()).isEqualTo(2 * BATCH);
          for (int row = 0; row < batch.rows(); row += 2) {
            assertThat(batch.key(row + 1)).isEqualTo(batch.key(row));
            assertThat(row(batch, row)).isNotEqualTo(row(batch, row + 1));
            rows.add(row(batch, row));
          }
        }
      }
    }
    assertThat(rows).doesNotHaveDuplicates().hasSize(4 * BATCH);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void severalRecipes_areDrawnBatchByBatch_alikeForAnyWorkersAndAfterAResume(int workers)
      throws Exception {
    List<String> whole = drawn(3, ResumePoint.START, 24);

    assertThat(drawn(workers, ResumePoint.START, 24)).isEqualTo(whole);
    assertThat(drawn(workers, new ResumePoint(7L * BATCH), 17)).isEqualTo(whole.subList(7, 24));
    assertThat(whole.stream().filter(batch -> batch.startsWith("0"))).hasSizeBetween(4, 20);
    assertThat(whole.stream().filter(batch -> batch.startsWith("1"))).hasSizeBetween(4, 20);
  }

  private List<String> drawn(int workers, ResumePoint from, int count) throws Exception {
    BatchRecipe one = recipe();
    BatchRecipe plain =
        new BatchRecipe(
            one.sets(), one.modalities(), new CentreCrop(0), one.policy(), one.streams());
    List<String> seen = new ArrayList<>();
    try (OpenShards open = open();
        BatchLoader loader =
            BatchLoader.start(
                List.of(one, plain), batches(from, 1), open, settings(workers, 0, List.of()))) {
      for (int i = 0; i < count; i++) {
        try (LoadedBatch loaded = loader.next().orElseThrow()) {
          StringBuilder text = new StringBuilder().append(loaded.recipe());
          for (int row = 0; row < loaded.batch().rows(); row++) {
            text.append(' ').append(row(loaded.batch(), row));
          }
          seen.add(text.toString());
        }
      }
    }
    return seen;
  }

  @Test
  void missingModality_staysWhollyIgnored() throws Exception {
    try (OpenShards open = open();
        BatchLoader loader = loader(open, 2, ResumePoint.START, 1, 0);
        LoadedBatch loaded = loader.next().orElseThrow()) {
      MaskedBatch batch = loaded.batch();
      MaskedBatch.Part b = batch.parts().get(1);
      for (int row = 0; row < batch.rows(); row++) {
        boolean lacking = Integer.parseInt(batch.key(row).substring(3)) % 3 == 0;
        boolean ignored =
            b.encoderIgnored[row * 3]
                && b.encoderIgnored[row * 3 + 1]
                && b.encoderIgnored[row * 3 + 2];
        assertThat(ignored).isEqualTo(lacking);
      }
    }
  }

  @Test
  void badSamples_areLeftOutNamedAndCounted() throws Exception {
    spoil("key3", "a.txt", "seven");
    spoil("key5", "b.txt", "eight");
    try (OpenShards open = open();
        BatchLoader loader = loader(open, 3, ResumePoint.START, 1, 2)) {
      int rows = 0;
      // Two epochs and a bit: a bad sample counts once.
      for (int i = 0; i < 2 * SHARDS * PER_SHARD / BATCH + 1; i++) {
        try (LoadedBatch loaded = loader.next().orElseThrow()) {
          rows += loaded.batch().rows();
          assertThat(loaded.after().samples()).isEqualTo((i + 1L) * BATCH);
          for (int row = 0; row < loaded.batch().rows(); row++) {
            assertThat(loaded.batch().key(row)).isNotIn("key3", "key5");
          }
        }
      }
      assertThat(loader.badSampleCount()).isEqualTo(2);
      assertThat(rows).isBetween(17 * BATCH - 6, 17 * BATCH - 4);
    }
  }

  @Test
  void oneBadSampleTooMany_endsLoadingWithItsPlace() throws Exception {
    spoil("key3", "a.txt", "seven");
    try (OpenShards open = open();
        BatchLoader loader = loader(open, 2, ResumePoint.START, 1, 0)) {
      assertThatThrownBy(() -> drain(loader, 20))
          .isInstanceOf(TooManyBadSamplesException.class)
          .hasMessage(
              "shard-0.tar, sample key3, modality a: \"seven\" is not a number."
                  + System.lineSeparator()
                  + "No bad sample is allowed. Raise max_bad_samples, or rewrite the shards.");
    }
  }

  @Test
  void resumedLoader_goesOnCounting() throws Exception {
    spoil("key3", "a.txt", "seven");
    spoil("key5", "b.txt", "eight");
    List<SampleName> before = List.of(new SampleName("shard-0.tar", "key3"));
    try (OpenShards open = open();
        BatchLoader loader =
            BatchLoader.start(
                recipe(), batches(ResumePoint.START, 1), open, settings(2, 2, before))) {
      drain(loader, 20);
      // The one that was known before is met again, and counts no second time.
      assertThat(loader.badSamples())
          .containsExactly(
              new SampleName("shard-0.tar", "key3"), new SampleName("shard-0.tar", "key5"));
    }
    try (OpenShards open = open();
        BatchLoader loader =
            BatchLoader.start(
                recipe(), batches(ResumePoint.START, 1), open, settings(2, 1, before))) {
      assertThatThrownBy(() -> drain(loader, 20)).isInstanceOf(TooManyBadSamplesException.class);
    }
  }

  @Test
  void dataWithoutAGoodSample_endLoadingHoweverManyMayBeBad() throws Exception {
    shards.subList(1, SHARDS).clear();
    for (int i = 0; i < PER_SHARD; i++) {
      spoil("key" + i, "a.txt", "seven");
    }
    try (OpenShards open = open();
        BatchLoader loader = loader(open, 2, ResumePoint.START, 1, 100)) {
      assertThatThrownBy(() -> drain(loader, 1))
          .isInstanceOf(UnusableShardsException.class)
          .hasMessageContaining("None of the 13 samples can be used. The last one, shard-0.tar,")
          .hasMessageContaining("\"seven\" is not a number");
    }
  }

  @Test
  void truncatedShard_losesItsSamplesOnly() throws Exception {
    Path file = folder.resolve("shard-2.tar");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    try (OpenShards open = open();
        BatchLoader loader = loader(open, 2, ResumePoint.START, 1, PER_SHARD)) {
      drain(loader, 9);
      assertThat(loader.badSampleCount()).isBetween(4, 10);
    }
  }

  @Test
  void brokenDecoder_surfacesWithItsCauseAndPlace() throws Exception {
    spoil("key3", "a.txt", "bug");
    try (OpenShards open = open();
        BatchLoader loader = loader(open, 2, ResumePoint.START, 1, 100)) {
      assertThatThrownBy(() -> drain(loader, 20))
          .isInstanceOf(LoadingFailedException.class)
          .hasMessageContaining("shard-0.tar, sample key3, modality a: a decoder broke")
          .hasRootCauseMessage("a decoder broke");
    }
  }

  @Test
  void missingShard_surfacesAsItIs() throws Exception {
    Files.delete(folder.resolve("shard-4.tar"));
    try (OpenShards open = open();
        BatchLoader loader = loader(open, 2, ResumePoint.START, 1, 100)) {
      assertThatThrownBy(() -> drain(loader, 20))
          .isInstanceOf(UnusableShardsException.class)
          .hasMessageContaining("shard-4.tar");
    }
  }

  @Test
  void planThatEnds_endsWithASmallerBatch() throws Exception {
    SamplePlan plan = SamplePlan.stored(set().planned());
    int total = SHARDS * PER_SHARD;
    try (OpenShards open = open();
        BatchLoader loader =
            BatchLoader.start(
                recipe(),
                plan.batches(ResumePoint.START, BATCH, RankSlice.WHOLE),
                open,
                new LoaderSettings(BATCH, 3, 2, 0))) {
      int rows = 0;
      Optional<LoadedBatch> next = loader.next();
      while (next.isPresent()) {
        try (LoadedBatch loaded = next.get()) {
          rows += loaded.batch().rows();
        }
        next = loader.next();
      }
      assertThat(rows).isEqualTo(total);
    }
  }

  @Test
  void closingEarly_joinsTheWorkers() throws Exception {
    BatchLoader loader;
    try (OpenShards open = open()) {
      loader = loader(open, 4, ResumePoint.START, 1, 0);
      assertThat(loader.next()).isPresent();
      loader.close();
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("loader-"));
    assertThatThrownBy(loader::next).isInstanceOf(IllegalStateException.class);
  }

  private List<String> load(int workers, ResumePoint from, int repeats, int batches)
      throws Exception {
    List<String> contents = new ArrayList<>();
    try (OpenShards open = open();
        BatchLoader loader = loader(open, workers, from, repeats, 0)) {
      for (int i = 0; i < batches; i++) {
        try (LoadedBatch loaded = loader.next().orElseThrow()) {
          StringBuilder content = new StringBuilder("" + loaded.after().samples());
          for (int row = 0; row < loaded.batch().rows(); row++) {
            content.append('\n').append(row(loaded.batch(), row));
          }
          contents.add(content.toString());
        }
      }
    }
    return contents;
  }

  private static void drain(BatchLoader loader, int batches) throws InterruptedException {
    for (int i = 0; i < batches; i++) {
      loader.next().orElseThrow().close();
    }
  }

  private static String row(MaskedBatch batch, int row) {
    StringBuilder content = new StringBuilder(batch.key(row));
    for (MaskedBatch.Part part : batch.parts()) {
      int from = row * part.places;
      int to = from + part.places;
      content.append(Arrays.toString(Arrays.copyOfRange(part.ids, from, to)));
      content.append(Arrays.toString(Arrays.copyOfRange(part.encoderIgnored, from, to)));
    }
    return content.toString();
  }

  private OpenShards open() {
    return new OpenShards(ShardSources.files(), 2, false);
  }

  private BatchLoader loader(
      OpenShards open, int workers, ResumePoint from, int repeats, int maxBadSamples) {
    return BatchLoader.start(
        recipe(), batches(from, repeats), open, settings(workers, maxBadSamples, List.of()));
  }

  private Iterator<PlannedBatch> batches(ResumePoint from, int repeats) {
    return SamplePlan.shuffled(List.of(set().planned()), new SampleStreams(7), 10, repeats)
        .batches(from, BATCH, RankSlice.WHOLE);
  }

  private static LoaderSettings settings(
      int workers, int maxBadSamples, List<SampleName> badBefore) {
    return new LoaderSettings(BATCH, workers, 2, maxBadSamples, badBefore);
  }

  private SampleSet set() {
    return new SampleSet(
        "numbers",
        shards,
        List.of(
            Optional.of(ModalityReader.of("a", new NumberModality("a"))),
            Optional.of(ModalityReader.of("b", new NumberModality("b")))),
        1);
  }

  private BatchRecipe recipe() {
    List<ModalitySpec> specs =
        set().modalities().stream().map(reader -> reader.orElseThrow().tokenizer().spec()).toList();
    return new BatchRecipe(
        List.of(set()),
        specs,
        new RandomResizedCrop(0.2, 1, 0.75, 4 / 3.0, 0.5),
        SHOWING,
        new SampleStreams(7));
  }

  /** Writes the first shard again with other content in one member, beside earlier such changes. */
  private void spoil(String key, String member, String content) throws IOException {
    spoiled.put(key + "." + member, content);
    Map<String, Map<String, String>> samples = new TreeMap<>();
    for (int i = 0; i < PER_SHARD; i++) {
      Map<String, String> members = new TreeMap<>();
      members.put("a.txt", spoiled.getOrDefault("key" + i + ".a.txt", "" + i));
      members.put("b.txt", spoiled.getOrDefault("key" + i + ".b.txt", "" + 2 * i));
      samples.put("key" + i, members);
    }
    write("shard-0.tar", samples);
  }

  private ShardDeclaration write(String name, Map<String, Map<String, String>> samples)
      throws IOException {
    Path file = folder.resolve(name);
    try (TarShardWriter writer = TarShardWriter.create(file)) {
      for (Map.Entry<String, Map<String, String>> sample : samples.entrySet()) {
        Map<String, byte[]> members = new TreeMap<>();
        sample.getValue().forEach((member, text) -> members.put(member, text.getBytes(UTF_8)));
        writer.add(sample.getKey(), members);
      }
      writer.finish();
    }
    return new ShardDeclaration(name, List.of(ShardFile.of(file)), samples.size());
  }
}
