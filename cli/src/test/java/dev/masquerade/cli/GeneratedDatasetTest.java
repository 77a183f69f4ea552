package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.Guice;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.ManifestReader;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.prepare.DatasetCheck;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.train.config.PrecisionChoice;
import dev.masquerade.train.generate.GeneratedDataset;
import dev.masquerade.train.generate.GenerationRefusedException;
import dev.masquerade.train.generate.Generator;
import dev.masquerade.train.generate.HiddenPlaces;
import dev.masquerade.train.generate.PlanChanges;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets that are generated in one go, in two, and with samples that cannot be read. */
class GeneratedDatasetTest {

  private static final ModalityName RGB = new ModalityName("rgb@64");
  private static final ModalityName DEPTH = new ModalityName("tok_depth@64");

  /** Stands for the moment in which a process is killed. */
  private static final class KilledException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @TempDir static Path shared;
  @TempDir private Path directory;

  private static Path run;
  private static ModalityCatalogue catalogue;

  @BeforeAll
  static void train() throws IOException {
    Path file = TinyScenes.get().run(shared);
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "preset: \"scenes_small\"", "dim: 32 encoder_depth: 1 decoder_depth: 1 heads: 2"));
    Console.Outcome outcome =
        Console.run("pretrain", file, "--set", "train.steps=1", "--set", "data.batch_size=8");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    run = shared.resolve("out");
    catalogue =
        Guice.createInjector(new ProgramModule(Plugins.find()))
            .getInstance(ModalityCatalogue.class);
  }

  private GeneratedDataset.Result write(
      Path out, Path manifest, int batch, long seed, LongConsumer progress) throws IOException {
    return write(out, manifest, batch, seed, Map.of(), Map.of(), progress);
  }

  private GeneratedDataset.Result write(
      Path out,
      Path manifest,
      int batch,
      long seed,
      Map<String, Path> tokenizers,
      Map<ModalityName, HiddenPlaces> hidden,
      LongConsumer progress)
      throws IOException {
    DatasetManifest dataset = new ManifestReader(catalogue.names()).read(manifest);
    try (Generator generator =
            Generator.open(run, tokenizers, catalogue, DeviceChoice.CPU, PrecisionChoice.FP32);
        OpenShards shards = new OpenShards(ShardSources.files(), 4, false)) {
      PlanChanges one =
          new PlanChanges(
              OptionalInt.of(hidden.isEmpty() ? 2 : 1),
              hidden.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(0),
              OptionalDouble.empty(),
              OptionalDouble.empty());
      return new GeneratedDataset(
              out,
              dataset,
              generator,
              new GeneratedDataset.Settings(
                  dataset.splits(),
                  List.of(RGB),
                  hidden,
                  one.of(generator.defaultPlan(Set.of(RGB), List.of(DEPTH), seed), Set.of(RGB)),
                  batch,
                  3))
          .write(shards, progress);
    }
  }

  @Test
  void killedWork_goesOnWithoutLossOrDuplicates() throws IOException {
    Path whole = directory.resolve("whole");
    Path killed = directory.resolve("killed");
    Path manifest = TinyScenes.get().manifest();

    GeneratedDataset.Result first = write(whole, manifest, 16, 3, done -> {});
    assertThatThrownBy(
            () ->
                write(
                    killed,
                    manifest,
                    5,
                    3,
                    done -> {
                      if (done >= 20) {
                        throw new KilledException();
                      }
                    }))
        .isInstanceOf(KilledException.class);
    GeneratedDataset.Result second = write(killed, manifest, 7, 3, done -> {});

    assertThat(first.samples()).isEqualTo(64);
    assertThat(second.kept()).isEqualTo(20);
    assertThat(second.samples()).isEqualTo(44);
    for (String shard : List.of("train-generated-000000.tar", "validation-generated-000000.tar")) {
      assertThat(killed.resolve(shard)).hasSameBinaryContentAs(whole.resolve(shard));
    }
    assertThat(killed.resolve("train-generated-000000.tar.parts")).doesNotExist();
    assertThatThrownBy(() -> write(killed, manifest, 7, 4, done -> {}))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("another model, tokenizer, plan or data set");
  }

  @Test
  void processKilledMidway_goesOnWithoutLossOrDuplicates() throws Exception {
    Path whole = directory.resolve("whole");
    Path killed = directory.resolve("killed");
    Path parts = killed.resolve("train-generated-000000.tar.parts");
    Process process = start(command(killed));
    try {
      while (process.isAlive() && count(parts) < 3) {
        process.waitFor(1, TimeUnit.MILLISECONDS);
      }
    } finally {
      process.destroyForcibly();
    }

    assertThat(process.waitFor()).as("SIGKILL, before it was done").isEqualTo(128 + 9);
    assertThat(count(parts)).isPositive();
    assertThat(killed.resolve("train-generated-000000.tar")).doesNotExist();
    Console.Outcome first = Console.run(command(whole));
    Console.Outcome second = Console.run(command(killed));

    assertThat(first.out()).contains("64 samples generated, 0 kept");
    assertThat(second.out())
        .containsPattern("(?m)^\\d+ samples generated, [1-9]\\d* kept, 0 left out$");
    for (String file :
        List.of(
            "train-generated-000000.tar",
            "validation-generated-000000.tar",
            GeneratedDataset.MANIFEST)) {
      assertThat(killed.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
    }
    assertThat(parts).doesNotExist();
  }

  private static Object[] command(Path out) {
    return new Object[] {
      "generate",
      "--model",
      run,
      "--data",
      TinyScenes.get().manifest(),
      "--from",
      "rgb",
      "--to",
      "depth",
      "--out",
      out,
      "--batch",
      1,
      "--device",
      "cpu"
    };
  }

  private static Process start(Object[] arguments) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.addAll(List.of("-Dai.djl.offline=true", "-DOPT_OUT_TRACKING=true"));
    words.add(Masquerade.class.getName());
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    return new ProcessBuilder(words)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Returns how many whole parts a folder holds. */
  private static long count(Path parts) throws IOException {
    if (!Files.isDirectory(parts)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(parts)) {
      return files.filter(file -> file.toString().endsWith(".tar")).count();
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  @Test
  void badSample_isLeftOutNamedAndCounted() throws IOException {
    Path copy = directory.resolve("copy");
    Files.createDirectories(copy);
    Path manifest =
        TinyScenes.get()
            .copy(
                copy,
                TinyScenes.replacing(
                    "rgb.jpg", "rgb.jpg", "nothing".getBytes(StandardCharsets.UTF_8)));
    Path out = directory.resolve("out");

    GeneratedDataset.Result result = write(out, manifest, 16, 3, done -> {});

    assertThat(result.bad()).hasSize(1);
    assertThat(result.bad().get(0).key()).isEqualTo("scene00000000");
    assertThat(result.samples()).isEqualTo(63);
    assertThat(out.resolve(GeneratedDataset.BAD_SAMPLES)).content().contains("scene00000000");
    requireDeclaredIsThere(out, 64, 63);
  }

  @Test
  void shardWithFewerSamplesThanDeclared_isDeclaredAsItIs() throws IOException {
    Path copy = directory.resolve("copy");
    Files.createDirectories(copy);
    Path manifest =
        TinyScenes.get()
            .copy(
                copy,
                (name, bytes, into) -> {
                  if (!name.startsWith("scene00000000.")) {
                    into.put(name, bytes);
                  }
                });
    Path out = directory.resolve("out");

    GeneratedDataset.Result result = write(out, manifest, 16, 3, done -> {});

    assertThat(result.bad()).hasSize(1);
    requireDeclaredIsThere(out, 63, 63);
  }

  /** Reads the joined manifest back, and compares it with its shards. */
  private void requireDeclaredIsThere(Path out, int samples, int generated) throws IOException {
    requireDeclaredIsThere(out, samples, generated, "generated_tok_depth");
  }

  private void requireDeclaredIsThere(Path out, int samples, int generated, String member)
      throws IOException {
    DatasetManifest joined =
        new ManifestReader(catalogue.names()).read(out.resolve(GeneratedDataset.MANIFEST));
    StoredModality depth = joined.modality(DEPTH).orElseThrow();
    assertThat(depth.member()).isEqualTo(member);
    assertThat(joined.splits().stream().mapToLong(Split::sampleCount).sum()).isEqualTo(samples);
    try (OpenShards shards = new OpenShards(ShardSources.files(), 4, true)) {
      DatasetCheck.Report report =
          DatasetCheck.check(joined, List.of(depth.pattern(List.of("npy"))), shards);
      assertThat(report.problems()).isEmpty();
      assertThat(report.samples()).isEqualTo(samples);
      assertThat(report.samplesByModality()).containsEntry(member, (long) generated);
    }
  }

  @Test
  void generatingAgain_addsBesideWhatWasGeneratedBefore() throws Exception {
    Path first = directory.resolve("first");
    Path second = directory.resolve("second");
    Path third = directory.resolve("third");

    write(first, TinyScenes.get().manifest(), 16, 3, done -> {});
    write(second, first.resolve(GeneratedDataset.MANIFEST), 16, 4, done -> {});
    write(third, second.resolve(GeneratedDataset.MANIFEST), 16, 5, done -> {});

    requireDeclaredIsThere(first, 64, 64, "generated_tok_depth");
    DatasetManifest once =
        new ManifestReader(catalogue.names()).read(first.resolve(GeneratedDataset.MANIFEST));
    assertThat(once.name()).isEqualTo("scenes-generated");
    assertThat(once.description()).startsWith("tok_depth@64 made of rgb@64");
    assertThat(once.provenance().generator()).isEqualTo("masquerade generate");
    assertThat(once.provenance().command()).contains("--from rgb@64 --to tok_depth@64 --seed 3");
    assertThat(once.provenance().source()).contains("model ", "by masquerade scenes");
    requireDeclaredIsThere(second, 64, 64, "generated_tok_depth_2");
    requireDeclaredIsThere(third, 64, 64, "generated_tok_depth_3");
    DatasetManifest joined =
        new ManifestReader(catalogue.names()).read(third.resolve(GeneratedDataset.MANIFEST));
    try (OpenShards shards = new OpenShards(ShardSources.files(), 4, true);
        OpenShards.Lease lease = shards.acquire(joined.splits().get(0).shards().get(0))) {
      assertThat(lease.shard().read(0, "generated_tok_depth_2.npy").orElseThrow())
          .isNotEqualTo(lease.shard().read(0, "generated_tok_depth.npy").orElseThrow());
      assertThat(lease.shard().members(0)).contains("generated_tok_depth_3.npy");
    }
    assertThat(write(second, first.resolve(GeneratedDataset.MANIFEST), 16, 4, done -> {}).kept())
        .as("its own shards are not what it was made of")
        .isEqualTo(64);
  }

  @Test
  void samplesThatLackWhatIsShown_areNotChargedBeforeOrAfterABreak() throws IOException {
    Path copy = directory.resolve("copy");
    Files.createDirectories(copy);
    Path manifest =
        TinyScenes.get()
            .copy(
                copy,
                (name, bytes, into) ->
                    into.put(
                        name.matches("scene000000[0-2]4\\.rgb\\.jpg|scene000000[0-2]5\\.rgb\\.jpg")
                            ? name.replace("rgb", "other")
                            : name,
                        name.equals("scene00000007.rgb.jpg") ? new byte[] {1} : bytes));
    Path whole = directory.resolve("whole");
    Path killed = directory.resolve("killed");

    GeneratedDataset.Result first = write(whole, manifest, 16, 3, done -> {});
    assertThatThrownBy(
            () ->
                write(
                    killed,
                    manifest,
                    5,
                    3,
                    done -> {
                      if (done >= 20) {
                        throw new KilledException();
                      }
                    }))
        .isInstanceOf(KilledException.class);
    GeneratedDataset.Result second = write(killed, manifest, 5, 3, done -> {});

    assertThat(first.samples()).isEqualTo(64 - 7);
    assertThat(first.bad()).hasSize(7);
    assertThat(second.bad()).isEqualTo(first.bad());
    assertThat(killed.resolve(GeneratedDataset.BAD_SAMPLES))
        .hasSameTextualContentAs(whole.resolve(GeneratedDataset.BAD_SAMPLES))
        .content()
        .contains("\tscene00000004\tLACKING\t", "\tscene00000007\tCONTENT\t");
  }

  @Test
  void seed_movesWhatIsHidden() throws IOException {
    Path manifest = TinyScenes.get().manifest();
    Map<ModalityName, HiddenPlaces> most = Map.of(RGB, HiddenPlaces.of("0.1", true));
    Map<ModalityName, HiddenPlaces> none = Map.of(RGB, HiddenPlaces.of("1", true));
    String shard = "train-generated-000000.tar";

    for (long seed : List.of(3L, 4L)) {
      write(directory.resolve("most" + seed), manifest, 16, seed, Map.of(), most, done -> {});
      write(directory.resolve("none" + seed), manifest, 16, seed, Map.of(), none, done -> {});
    }

    assertThat(
            Files.mismatch(
                directory.resolve("none3/" + shard), directory.resolve("none4/" + shard)))
        .as("the likeliest tokens of one step do not depend on a seed")
        .isEqualTo(-1);
    assertThat(
            Files.mismatch(
                directory.resolve("most3/" + shard), directory.resolve("most4/" + shard)))
        .isNotEqualTo(-1);
  }

  @Test
  void otherTokenizerOrMask_isRefused() throws IOException {
    Path manifest = TinyScenes.get().manifest();
    Path out = directory.resolve("out");
    Path mask = directory.resolve("mask.txt");
    Files.writeString(mask, "0 9 63");
    Map<ModalityName, HiddenPlaces> hidden = Map.of(RGB, HiddenPlaces.of(mask.toString(), false));
    Path other = directory.resolve("other.npz");
    Console.Outcome fitted =
        Console.run(
            "tokenizer",
            "fit",
            "patches",
            manifest,
            "--member",
            "depth",
            "--content",
            "DEPTH",
            "--size",
            64,
            "--codes",
            32,
            "--samples",
            20,
            "--out",
            other);
    assertThat(fitted.code()).as(fitted.err()).isZero();
    LongConsumer quiet = done -> {};

    write(out, manifest, 16, 3, Map.of(), hidden, quiet);

    assertThat(write(out, manifest, 16, 3, Map.of(), hidden, quiet).kept()).isEqualTo(64);
    assertThat(out.resolve("generation.settings")).content().contains("precision: FP32");
    assertThatThrownBy(() -> write(out, manifest, 16, 3, Map.of("depth", other), hidden, quiet))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("another model, tokenizer");
    Files.writeString(mask, "0 9 62");
    assertThatThrownBy(() -> write(out, manifest, 16, 3, Map.of(), hidden, quiet))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("other places hidden");
  }

  @Test
  void placesOfWhatIsNotShown_areRefused() {
    assertThatThrownBy(
            () ->
                write(
                    directory.resolve("out"),
                    TinyScenes.get().manifest(),
                    16,
                    3,
                    Map.of(),
                    Map.of(DEPTH, HiddenPlaces.of("0.5", true)),
                    done -> {}))
        .isInstanceOf(GenerationRefusedException.class)
        .hasMessageContaining("it is not shown");
  }
}
