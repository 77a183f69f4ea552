package dev.masquerade.data.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.data.augment.RandomResizedCrop;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.DatasetProvenance;
import dev.masquerade.data.manifest.ManifestReader;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.pipeline.NumberModality;
import dev.masquerade.data.pipeline.StoredCrops;
import dev.masquerade.data.pipeline.TooManyBadSamplesException;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.shard.MemberPattern;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.Shard;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardFile;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import dev.masquerade.modality.code.NpyArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenDatasetTest {

  private static final int CROPS = 4;

  @TempDir Path folder;

  @Test
  void tokens_joinTheShardsTheyWereMadeFrom() throws Exception {
    DatasetManifest source = source();
    TokenDataset.Result result = write(folder.resolve("tokens"), source, 1, 0);

    assertThat(result.shardsWritten()).isEqualTo(3);
    DatasetManifest read =
        new ManifestReader(Set.of("number", "tok_number"))
            .read(folder.resolve("tokens/manifest.textproto"));
    assertThat(read.splits().get(0).shards().get(0).files()).hasSize(2);
    try (Shard shard =
        Shard.open(read.split("train").orElseThrow().shards().get(1), ShardSources.files())) {
      int ordinal = shard.ordinal("t11").orElseThrow();
      NpyArray ids =
          NpyArray.read(
              shard
                  .read(ordinal, MemberPattern.of("tok_number", List.of("npy")))
                  .orElseThrow()
                  .bytes());
      List<View> views = StoredCrops.read(shard.read(ordinal, StoredCrops.MEMBER).orElseThrow());
      assertThat(ids.shape()).isEqualTo("(4, 3)");
      assertThat(views).hasSize(CROPS);
      assertThat(views.get(0)).isEqualTo(View.WHOLE);
      for (int crop = 0; crop < CROPS; crop++) {
        // The fake tokenizer writes its number, the top in thousandths, and the flip.
        assertThat(ids.whole(crop * 3)).isEqualTo(11);
        assertThat(ids.whole(crop * 3 + 1)).isEqualTo(Math.round(views.get(crop).top() * 1000));
        assertThat(ids.whole(crop * 3 + 2)).isEqualTo(views.get(crop).flipped() ? 1 : 0);
      }
    }
  }

  @Test
  void interruptedWork_goesOnWithTheSameResult() throws Exception {
    DatasetManifest source = source();
    DatasetManifest whole = write(folder.resolve("whole"), source, 1, 0).manifest();

    Path resumed = folder.resolve("resumed");
    write(resumed, source, 2, 0);
    Files.delete(resumed.resolve("train-tokens-000001.tar"));
    Files.writeString(resumed.resolve("train-tokens-000001.tar.partial"), "half a tar");
    TokenDataset.Result result = write(resumed, source, 2, 0);

    assertThat(result.shardsKept()).isEqualTo(2);
    assertThat(result.shardsWritten()).isEqualTo(1);
    assertThat(hashes(result.manifest())).isEqualTo(hashes(whole));
    assertThat(resumed.resolve("train-tokens-000001.tar.partial")).doesNotExist();
  }

  @Test
  void corruptSamples_areCountedAndLeftOut() throws Exception {
    DatasetManifest source = source("t3", "t12");
    TokenDataset.Result result = write(folder.resolve("tokens"), source, 2, 2);
    assertThat(result.badSamples()).isEqualTo(2);
    try (Shard shard =
        Shard.open(result.manifest().splits().get(0).shards().get(0), ShardSources.files())) {
      assertThat(shard.keysLacking(MemberPattern.of("tok_number", List.of("npy"))))
          .containsExactly("t3");
    }
  }

  @Test
  void tooManyCorruptSamples_areRefused() throws Exception {
    DatasetManifest source = source("t3", "t12");
    assertThatThrownBy(() -> write(folder.resolve("tokens"), source, 1, 1))
        .isInstanceOf(TooManyBadSamplesException.class);
  }

  @Test
  void directoryOfOtherSettings_isRefused() throws Exception {
    write(folder.resolve("tokens"), source(), 1, 0);
    TokenShardSettings other =
        new TokenShardSettings(2, new RandomResizedCrop(0.2, 1, 1, 1, 0), 7, 1, 0);
    try (OpenShards open = new OpenShards(ShardSources.files(), 4, false)) {
      assertThatThrownBy(
              () ->
                  new TokenDataset(folder.resolve("tokens"), source(), List.of(token()), other)
                      .write(open, done -> {}))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("made with other settings");
    }
  }

  @Test
  void codecOfManyFrames_getsThemTogether_andNextModalityTheSameCrops() throws Exception {
    DatasetManifest source = source("t3");
    DatasetManifest plain = write(folder.resolve("plain"), source, 1, 1).manifest();
    BatchedNumbers batched = new BatchedNumbers("tok_number");
    DatasetManifest together = write(folder.resolve("together"), source, token(batched)).manifest();

    assertThat(hashes(together)).isEqualTo(hashes(plain));
    // 8 of 9 samples with 4 crops each: 5 crops or more at a time, and what is left.
    assertThat(batched.sizes()).allMatch(size -> size % CROPS == 0).contains(2 * CROPS);

    DatasetManifest next =
        write(folder.resolve("next"), together, token(new NumberModality("tok_more"))).manifest();
    try (Shard shard = Shard.open(next.splits().get(0).shards().get(0), ShardSources.files());
        Shard alone =
            Shard.open(
                new ShardDeclaration(
                    "next", List.of(next.splits().get(0).shards().get(0).files().get(2)), 8),
                ShardSources.files())) {
      int ordinal = shard.ordinal("t5").orElseThrow();
      NpyArray first = ids(shard, ordinal, "tok_number");
      NpyArray second = ids(shard, ordinal, "tok_more");
      for (int place = 0; place < CROPS * 3; place++) {
        assertThat(second.whole(place)).isEqualTo(first.whole(place));
      }
      assertThat(alone.read(0, StoredCrops.MEMBER)).isEmpty();
    }
  }

  private static NpyArray ids(Shard shard, int ordinal, String member) throws Exception {
    return NpyArray.read(
        shard.read(ordinal, MemberPattern.of(member, List.of("npy"))).orElseThrow().bytes());
  }

  private static TokenSource token(ModalityTokenizer tokenizer) {
    String name = tokenizer.spec().name().value();
    return new TokenSource(
        new StoredModality(ModalitySettings.of(name), name, "number"), tokenizer);
  }

  private static TokenDataset.Result write(
      Path directory, DatasetManifest source, TokenSource token) throws IOException {
    try (OpenShards open = new OpenShards(ShardSources.files(), 4, false)) {
      return new TokenDataset(directory, source, List.of(token), settings(1, 1))
          .write(open, done -> {});
    }
  }

  @Test
  void tokensNamedLikeTheirSource_areRefused() throws Exception {
    TokenSource clash =
        new TokenSource(
            new StoredModality(ModalitySettings.of("number"), "number", "number"),
            new NumberModality("number"));
    assertThatThrownBy(() -> new TokenDataset(folder, source(), List.of(clash), settings(1, 0)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("what they are computed from");
  }

  @Test
  void oneNameInTwoSizes_keepsTheIdsOfBoth() throws Exception {
    DatasetManifest source = source();
    TokenDataset.Result result;
    try (OpenShards open = new OpenShards(ShardSources.files(), 4, false)) {
      result =
          new TokenDataset(
                  folder.resolve("both"),
                  source,
                  List.of(
                      token(new NumberModality("tok_number@224")),
                      token(new PlusOne(new NumberModality("tok_number@448")))),
                  settings(1, 0))
              .write(open, done -> {});
    }
    assertSizes(result.manifest(), "tok_number@224", "tok_number@448");
    assertThat(result.manifest().modalities())
        .extracting(StoredModality::member)
        .containsExactly("number", "tok_number@224", "tok_number@448");

    DatasetManifest first =
        write(folder.resolve("first"), source, token(new NumberModality("tok_number@224")))
            .manifest();
    DatasetManifest second =
        write(
                folder.resolve("second"),
                first,
                token(new PlusOne(new NumberModality("tok_number@448"))))
            .manifest();
    assertSizes(second, "tok_number", "tok_number@448");
  }

  private static void assertSizes(DatasetManifest manifest, String small, String large)
      throws Exception {
    try (Shard shard =
        Shard.open(manifest.split("train").orElseThrow().shards().get(1), ShardSources.files())) {
      int ordinal = shard.ordinal("t11").orElseThrow();
      assertThat(ids(shard, ordinal, small).whole(0)).isEqualTo(11);
      assertThat(ids(shard, ordinal, large).whole(0)).isEqualTo(12);
    }
  }

  @Test
  void tokensBehindOthersOfTheirName_areRefused() throws Exception {
    DatasetManifest first =
        write(folder.resolve("first"), source(), token(new NumberModality("tok_number")))
            .manifest();
    assertThatThrownBy(
            () -> write(folder.resolve("again"), first, token(new NumberModality("tok_number"))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("tok_number: numbers has a member \"tok_number\" already");
    DatasetManifest silent =
        new DatasetManifest(
            first.name(),
            "",
            first.modalities().subList(0, 1),
            first.splits(),
            DatasetProvenance.UNKNOWN);
    assertThatThrownBy(
            () -> write(folder.resolve("again"), silent, token(new NumberModality("tok_number"))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("samples of a have a member \"tok_number.npy\" already");
    assertThatThrownBy(
            () -> new TokenDataset(folder, source(), List.of(token(), token()), settings(1, 0)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("tok_number: was named twice");
  }

  /** Makes ids that are one larger, as if of a larger picture. */
  private record PlusOne(NumberModality numbers) implements ModalityTokenizer {

    @Override
    public ModalitySpec spec() {
      return numbers.spec();
    }

    @Override
    public Set<String> extensions() {
      return numbers.extensions();
    }

    @Override
    public DecodedModality decode(byte[] bytes, String extension) throws BadSampleException {
      DecodedModality decoded = numbers.decode(bytes, extension);
      return new DecodedModality() {
        @Override
        public Optional<FrameSize> frame() {
          return decoded.frame();
        }

        @Override
        public TokenizedModality tokenize(View view) throws BadSampleException {
          int[] ids = ((TokenizedModality.IdGrid) decoded.tokenize(view)).ids();
          ids[0]++;
          return new TokenizedModality.IdGrid(ids);
        }
      };
    }
  }

  private TokenDataset.Result write(
      Path directory, DatasetManifest source, int threads, int maxBadSamples) throws IOException {
    List<Long> progress = new ArrayList<>();
    try (OpenShards open = new OpenShards(ShardSources.files(), 4, false)) {
      TokenDataset.Result result =
          new TokenDataset(directory, source, List.of(token()), settings(threads, maxBadSamples))
              .write(open, progress::add);
      assertThat(progress).last().isEqualTo(26L);
      return result;
    }
  }

  private static TokenShardSettings settings(int threads, int maxBadSamples) {
    return new TokenShardSettings(
        CROPS, new RandomResizedCrop(0.2, 1, 0.75, 4 / 3.0, 0.5), 7, threads, maxBadSamples);
  }

  private static TokenSource token() {
    return new TokenSource(
        new StoredModality(ModalitySettings.of("tok_number"), "tok_number", "number"),
        new NumberModality("tok_number"));
  }

  private static List<String> hashes(DatasetManifest manifest) {
    return manifest.splits().stream()
        .flatMap(split -> split.shards().stream())
        .map(shard -> shard.files().get(1).sha256())
        .toList();
  }

  private DatasetManifest source(String... corrupt) throws IOException {
    return new DatasetManifest(
        "numbers",
        "",
        List.of(StoredModality.of(ModalitySettings.of("number"))),
        List.of(
            new Split(
                "train", List.of(shard("a", "t", 0, 9, corrupt), shard("b", "t", 9, 20, corrupt))),
            new Split("validation", List.of(shard("v", "v", 0, 6)))),
        DatasetProvenance.UNKNOWN);
  }

  private ShardDeclaration shard(String name, String prefix, int from, int to, String... corrupt)
      throws IOException {
    Path file = folder.resolve(name + ".tar");
    try (TarShardWriter tar = TarShardWriter.create(file)) {
      for (int i = from; i < to; i++) {
        boolean bad = List.of(corrupt).contains(prefix + i);
        String content = bad ? "corrupt" : "" + i;
        tar.add(prefix + i, new TreeMap<>(Map.of("number.txt", content.getBytes(UTF_8))));
      }
      tar.finish();
    }
    return new ShardDeclaration(name, List.of(ShardFile.of(file)), to - from);
  }
}
