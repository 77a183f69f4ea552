package dev.masquerade.cli;

import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.ManifestReader;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.pipeline.SampleName;
import dev.masquerade.data.schema.DidYouMean;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.model.sample.SamplingPlan;
import dev.masquerade.train.generate.GeneratedDataset;
import dev.masquerade.train.generate.Generator;
import dev.masquerade.train.generate.HiddenPlaces;
import dev.masquerade.train.plan.PlanWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;

/** Makes modalities of a whole data set, as a command line asks for it. */
final class DatasetGeneration {

  private static final int OPEN_SHARDS = 8;
  private static final int NAMED = 10;

  /**
   * What is asked for.
   *
   * @param manifest of the data set
   * @param split its name; empty for all
   * @param from names of what the model is shown
   * @param keep which of their places it sees
   * @param to what is made
   * @param out directory to write
   * @param batchSize samples at a time
   * @param maxBad bad samples before the work fails
   */
  record Order(
      Path manifest,
      String split,
      List<String> from,
      List<String> keep,
      List<String> to,
      Path out,
      int batchSize,
      long maxBad) {}

  private final Order order;
  private final PlanOptions plans;
  private final ModalityCatalogue catalogue;
  private final ShardSources sources;

  DatasetGeneration(
      Order order, PlanOptions plans, ModalityCatalogue catalogue, ShardSources sources) {
    this.order = order;
    this.plans = plans;
    this.catalogue = catalogue;
    this.sources = sources;
  }

  /** Generates what is missing, and says what was done. */
  void run(Generator generator) throws Exception {
    if (!Files.exists(order.manifest())) {
      throw new NoSuchFileException(order.manifest().toString());
    }
    List<ModalityName> shown = new ArrayList<>();
    for (String name : order.from()) {
      if (name.indexOf('=') >= 0) {
        throw new MistakeException(
            "--from " + name + ": with --data, name the modality alone, for example --from rgb.");
      }
      shown.add(generator.modalities().input(name));
    }
    Map<ModalityName, HiddenPlaces> hidden = new LinkedHashMap<>();
    for (NamedValue value : NamedValue.of(order.keep(), "--keep", "rgb=0.25")) {
      ModalityName name = generator.modalities().input(value.name());
      if (hidden.put(name, value.places("--keep", true)) != null) {
        throw new MistakeException("--keep " + name + " is given twice; keep one.");
      }
    }
    HiddenPlaces.require(generator.modalities(), shown, hidden.keySet());
    SamplingPlan followed = plans.plan(generator, new LinkedHashSet<>(shown), order.to());
    if (plans.print()) {
      System.out.print(PlanWriter.text(followed));
      return;
    }
    DatasetManifest dataset = new ManifestReader(catalogue.names()).read(order.manifest());
    GeneratedDataset work =
        new GeneratedDataset(
            order.out(),
            dataset,
            generator,
            new GeneratedDataset.Settings(
                splits(dataset), shown, hidden, followed, order.batchSize(), order.maxBad()));
    GeneratedDataset.Result result;
    try (LastWords words =
            LastWords.ifStopped("Stopped. Run the same command again to go on from here.");
        OpenShards shards = new OpenShards(sources, OPEN_SHARDS, false);
        ProgressBar bar = ProgressLine.start("samples", work.sampleCount())) {
      for (Split part : splits(dataset)) {
        shards.requirePresent(part.shards());
      }
      result = work.write(shards, bar::stepTo);
    }
    report(result);
  }

  private List<Split> splits(DatasetManifest dataset) {
    if (order.split().isEmpty()) {
      return dataset.splits();
    }
    return List.of(
        dataset
            .split(order.split())
            .orElseThrow(
                () ->
                    new MistakeException(
                        "--split "
                            + DidYouMean.unknown(
                                order.split(),
                                "a split of " + dataset.name(),
                                dataset.splits().stream().map(Split::name).toList()))));
  }

  private void report(GeneratedDataset.Result result) {
    System.out.printf(
        Locale.ROOT,
        "%,d samples generated, %,d kept, %,d left out%n",
        result.samples(),
        result.kept(),
        result.bad().size());
    List<SampleName> bad = result.bad();
    for (SampleName name : bad.subList(0, Math.min(NAMED, bad.size()))) {
      System.out.println("  left out: " + name.shard() + ", " + name.key());
    }
    if (!bad.isEmpty()) {
      System.out.println("  why       " + order.out().resolve(GeneratedDataset.BAD_SAMPLES));
    }
    System.out.println(order.out().resolve(GeneratedDataset.MANIFEST));
  }
}
