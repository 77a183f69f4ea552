package dev.masquerade.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Module;
import com.sun.management.OperatingSystemMXBean;
import dev.masquerade.data.augment.Augmenter;
import dev.masquerade.data.augment.RandomResizedCrop;
import dev.masquerade.data.augment.StoredCrop;
import dev.masquerade.data.pipeline.BatchLoader;
import dev.masquerade.data.pipeline.BatchRecipe;
import dev.masquerade.data.pipeline.LoadedBatch;
import dev.masquerade.data.pipeline.LoaderSettings;
import dev.masquerade.data.pipeline.ModalityReader;
import dev.masquerade.data.pipeline.SampleSet;
import dev.masquerade.data.plan.RankSlice;
import dev.masquerade.data.plan.ResumePoint;
import dev.masquerade.data.plan.SamplePlan;
import dev.masquerade.data.prepare.TarShardWriter;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardFile;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.masking.MaskingComponent;
import dev.masquerade.masking.MaskingMixture;
import dev.masquerade.masking.MaskingPolicy;
import dev.masquerade.masking.ModalityShare;
import dev.masquerade.masking.TokenRange;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.code.NpyArray;
import dev.masquerade.modality.image.ImageDecoder;
import dev.masquerade.modality.text.WordPieceSettings;
import dev.masquerade.modality.text.WordPieceTrainer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * How close the loader comes to decoding pictures and nothing else.
 *
 * <p>Samples are a JPEG of 224 x 224 pixels with the detail of a photograph, five grids of 196 ids
 * for four crops, and a caption. Rounds of bare decoding and of loading whole batches alternate in
 * one process, with the same number of threads, and the median of the rounds' ratios counts.
 */
public final class LoaderBenchmark {

  private static final int SIZE = 224;
  private static final int SAMPLES = 512;
  private static final int PER_SHARD = 128;
  private static final int CROPS = 4;
  private static final int TOKENS = 196;
  private static final int BATCH = 32;
  private static final int ROUNDS = 5;
  private static final List<String> GRIDS = List.of("clip", "depth", "normal", "rgb", "semseg");
  private static final String[] WORDS = {
    "a", "red", "blue", "cube", "on", "the", "table", "left", "of", "two", "green", "balls", "near"
  };

  /**
   * What a round achieved.
   *
   * @param perSecond samples per second of the clock
   * @param perProcessorSecond samples per second of processor time, which other programs on the
   *     machine hardly change
   */
  private record Rate(double perSecond, double perProcessorSecond) {

    static Rate of(long samples, long nanos, long processorNanos) {
      return new Rate(samples * 1e9 / nanos, samples * 1e9 / processorNanos);
    }
  }

  private record Round(Rate decoded, Rate loaded) {

    double fraction() {
      return loaded.perSecond() / decoded.perSecond();
    }

    double processorFraction() {
      return loaded.perProcessorSecond() / decoded.perProcessorSecond();
    }
  }

  private final List<byte[]> pictures = new ArrayList<>();
  private final List<ShardDeclaration> shards = new ArrayList<>();
  private final UniformRandomProvider rng = RandomSource.XO_RO_SHI_RO_128_PP.create(7);

  private LoaderBenchmark() {}

  /**
   * Measures and prints one line of JSON per kind of crop.
   *
   * @param arguments number of threads (default: one per processor), seconds per round (default 2)
   */
  public static void main(String[] arguments) throws Exception {
    int threads =
        arguments.length > 0
            ? Integer.parseInt(arguments[0])
            : Runtime.getRuntime().availableProcessors();
    double seconds = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 2;
    Path directory = Files.createTempDirectory("loader-benchmark");
    try {
      new LoaderBenchmark().run(directory, threads, seconds);
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void run(Path directory, int threads, double seconds) throws Exception {
    write(directory);
    List<ModalityReader> readers = readers(directory);
    Map<String, Augmenter> croppings = new LinkedHashMap<>();
    croppings.put("stored crops", StoredCrop.random());
    croppings.put("random resized crops", new RandomResizedCrop(0.2, 1, 0.75, 4 / 3.0, 0.5));
    for (Map.Entry<String, Augmenter> cropping : croppings.entrySet()) {
      List<Round> rounds = new ArrayList<>();
      for (int round = -1; round < ROUNDS; round++) {
        Rate decoded = decode(threads, seconds);
        Rate loaded = load(readers, cropping.getValue(), threads, seconds);
        if (round >= 0) {
          rounds.add(new Round(decoded, loaded));
        }
      }
      rounds.sort(Comparator.comparingDouble(Round::fraction));
      Round median = rounds.get(ROUNDS / 2);
      JsonObject line = new JsonObject();
      line.addProperty("benchmark", "loader, " + cropping.getKey());
      line.addProperty("threads", threads);
      line.addProperty(
          "jpeg_bytes", Math.round(pictures.stream().mapToInt(p -> p.length).average().orElse(0)));
      line.addProperty("decode_samples_per_s", Math.round(median.decoded().perSecond()));
      line.addProperty("loader_samples_per_s", Math.round(median.loaded().perSecond()));
      line.addProperty("fraction", Math.round(median.fraction() * 1000) / 1000.0);
      rounds.sort(Comparator.comparingDouble(Round::processorFraction));
      line.addProperty(
          "fraction_by_processor_time",
          Math.round(rounds.get(ROUNDS / 2).processorFraction() * 1000) / 1000.0);
      System.out.println(line);
    }
  }

  private void write(Path directory) throws IOException {
    WordPieceTrainer trainer = new WordPieceTrainer(WordPieceSettings.FOUR_M);
    for (int first = 0; first < SAMPLES; first += PER_SHARD) {
      Path file = directory.resolve(String.format(Locale.ROOT, "%06d.tar", first));
      try (TarShardWriter tar = TarShardWriter.create(file)) {
        for (int i = 0; i < PER_SHARD; i++) {
          Map<String, byte[]> members = new TreeMap<>();
          byte[] picture = NoisePicture.jpeg(SIZE, rng);
          pictures.add(picture);
          members.put("rgb.jpg", picture);
          String caption = caption();
          trainer.add(caption);
          members.put("caption.txt", caption.getBytes(UTF_8));
          for (String grid : GRIDS) {
            int[] ids = new int[CROPS * TOKENS];
            for (int k = 0; k < ids.length; k++) {
              ids[k] = rng.nextInt(4096);
            }
            members.put("tok_" + grid + ".npy", NpyArray.write(ids, CROPS, TOKENS));
          }
          tar.add(String.format(Locale.ROOT, "%09d", first + i), members);
        }
        tar.finish();
      }
      shards.add(
          new ShardDeclaration(
              String.valueOf(file.getFileName()), List.of(ShardFile.of(file)), PER_SHARD));
    }
    trainer.write(directory.resolve("tokenizer.json"));
  }

  private String caption() {
    StringBuilder text = new StringBuilder();
    int words = 5 + rng.nextInt(25);
    for (int i = 0; i < words; i++) {
      text.append(i == 0 ? "" : " ").append(WORDS[rng.nextInt(WORDS.length)]);
    }
    return text.toString();
  }

  private static List<ModalityReader> readers(Path directory) {
    List<Module> modules = new ArrayList<>();
    ServiceLoader.load(ModalityPlugin.class).forEach(plugin -> modules.add(plugin.module()));
    modules.add(
        new AbstractModule() {
          @Override
          protected void configure() {
            bind(ModalityCatalogue.class);
          }
        });
    ModalityCatalogue catalogue =
        Guice.createInjector(modules).getInstance(ModalityCatalogue.class);
    List<ModalityReader> readers = new ArrayList<>();
    ModalitySettings caption =
        new ModalitySettings(
            new ModalityName("caption"),
            0,
            0,
            0,
            0,
            0,
            Optional.of(directory.resolve("tokenizer.json")),
            Set.of(),
            Map.of());
    readers.add(ModalityReader.of("caption", catalogue.open(caption)));
    readers.add(ModalityReader.of("rgb", catalogue.open(ModalitySettings.of("rgb@224"))));
    for (String grid : GRIDS) {
      readers.add(
          ModalityReader.of(
              "tok_" + grid, catalogue.open(ModalitySettings.of("tok_" + grid + "@224"))));
    }
    return readers;
  }

  /** Returns pictures decoded per second. */
  private Rate decode(int threads, double seconds) throws InterruptedException {
    AtomicLong decoded = new AtomicLong();
    ImageDecoder decoder = new ImageDecoder(ImageDecoder.DEFAULT_PIXEL_LIMIT);
    long processor = processorNanos();
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    List<Thread> running = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int offset = t * pictures.size() / threads;
      Thread thread =
          new Thread(
              () -> {
                try {
                  for (int i = offset; System.nanoTime() < end; i++) {
                    decoder.colours(pictures.get(i % pictures.size()));
                    decoded.incrementAndGet();
                  }
                } catch (BadSampleException e) {
                  throw new IllegalStateException(e);
                }
              });
      running.add(thread);
      thread.start();
    }
    for (Thread thread : running) {
      thread.join();
    }
    return Rate.of(decoded.get(), System.nanoTime() - start, processorNanos() - processor);
  }

  /** Returns samples loaded per second. */
  private Rate load(List<ModalityReader> readers, Augmenter augmenter, int threads, double seconds)
      throws Exception {
    List<ModalitySpec> modalities =
        readers.stream().map(reader -> reader.tokenizer().spec()).toList();
    SampleSet set =
        new SampleSet("samples", shards, readers.stream().map(Optional::of).toList(), 1);
    SampleStreams streams = new SampleStreams(3);
    BatchRecipe recipe =
        new BatchRecipe(List.of(set), modalities, augmenter, policy(modalities), streams);
    SamplePlan plan = SamplePlan.shuffled(List.of(set.planned()), streams, 256, 1);
    try (OpenShards open = new OpenShards(ShardSources.files(), 16, false);
        BatchLoader loader =
            BatchLoader.start(
                recipe,
                plan.batches(ResumePoint.START, BATCH, RankSlice.WHOLE),
                open,
                new LoaderSettings(BATCH, threads, 2, 0))) {
      // What was loaded before the clock starts does not count, nor does what is left at its end.
      for (int i = 0; i < threads + 2; i++) {
        loader.next().orElseThrow().close();
      }
      long rows = 0;
      long processor = processorNanos();
      long start = System.nanoTime();
      long end = start + (long) (seconds * 1e9);
      long last = start;
      while (last < end) {
        try (LoadedBatch batch = loader.next().orElseThrow()) {
          rows += batch.batch().rows();
        }
        last = System.nanoTime();
      }
      return Rate.of(rows, last - start, processorNanos() - processor);
    }
  }

  private static long processorNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static MaskingPolicy policy(List<ModalitySpec> modalities) {
    Map<ModalityName, ModalityShare> shares = new LinkedHashMap<>();
    for (ModalitySpec spec : modalities) {
      shares.put(spec.name(), new ModalityShare(0.5, spec.isTarget() ? 0.5 : 0));
    }
    return new MaskingMixture(
            List.of(new MaskingComponent(shares)), TokenRange.exactly(128), TokenRange.exactly(128))
        .policy(modalities);
  }
}
