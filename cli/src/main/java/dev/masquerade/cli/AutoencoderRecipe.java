package dev.masquerade.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import dev.masquerade.cli.figure.LossCurves;
import dev.masquerade.cli.figure.MetricHistory;
import dev.masquerade.data.image.DatasetImages;
import dev.masquerade.data.image.ImageSource;
import dev.masquerade.data.label.LabelSource;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.ManifestReader;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.scenes.SceneDataset;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.masking.place.MaskRatio;
import dev.masquerade.masking.place.RandomPlaces;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.image.ImageDecoder;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.train.config.PrecisionChoice;
import dev.masquerade.train.embed.EmbeddingJob;
import dev.masquerade.train.embed.EncoderFeatures;
import dev.masquerade.train.embed.HeadCounts;
import dev.masquerade.train.embed.ImageModel;
import dev.masquerade.train.embed.Reconstructor;
import dev.masquerade.train.embedding.MemoryEmbeddings;
import dev.masquerade.train.probe.KnnSettings;
import dev.masquerade.train.probe.LabelledImages;
import dev.masquerade.train.probe.LinearProbe;
import dev.masquerade.train.probe.LinearProbeSettings;
import dev.masquerade.train.probe.NearestNeighbours;
import dev.masquerade.train.probe.ProbeResult;
import dev.masquerade.train.reconstruct.ReconstructionEvaluator;
import dev.masquerade.train.reconstruct.ReconstructionReport;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;

/**
 * A small masked autoencoder on the pictures of the scenes. At the end it draws reconstructions,
 * and asks its features for the main object of a scene, beside those of the same encoder untrained.
 */
final class AutoencoderRecipe implements QuickstartRecipe {

  private static final int MEASURED = 256;
  private static final int DRAWN = 16;
  private static final int BATCH = 32;
  private static final int DRAWING_BATCH = 8;
  private static final double HIDDEN = 0.75;
  private static final int NEIGHBOURS = 20;
  private static final long SEED = 1;

  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

  private final ModalityCatalogue catalogue;
  private final ShardSources sources;
  private final ReconstructionEvaluator reconstructions;

  @Inject
  AutoencoderRecipe(
      ModalityCatalogue catalogue, ShardSources sources, ReconstructionEvaluator reconstructions) {
    this.catalogue = catalogue;
    this.sources = sources;
    this.reconstructions = reconstructions;
  }

  @Override
  public String runFile() {
    return "quickstart-mae.textproto";
  }

  @Override
  public Length length() {
    return new Length(Duration.ofSeconds(390), 500, 4000);
  }

  @Override
  public void prepare(Path out, DatasetManifest scenes) {
    // Pictures are read as they are.
  }

  @Override
  public String evaluate(Path out, Path run) throws Exception {
    ReconstructionReport report = reconstructions.measure(run, MEASURED);
    Files.writeString(run.resolve("reconstruction.json"), report.json());
    DatasetManifest scenes =
        new ManifestReader(catalogue.names())
            .read(out.resolve("scenes").resolve(SceneDataset.MANIFEST));
    Path figures = run.resolve("figures");
    Files.createDirectories(figures);
    LossCurves.of("quickstart-mae", MetricHistory.read(run.resolve("metrics.jsonl")))
        .write(figures.resolve("losses.png"));
    String probes;
    try (ImageModel model =
            ImageModel.open(run, DeviceChoice.AUTO, PrecisionChoice.AUTO, HeadCounts.USUAL);
        ImageModel untrained = ImageModel.untrained(model, SEED, DeviceChoice.AUTO)) {
      draw(model, scenes, figures);
      probes = probes(model, untrained, scenes, run);
    }
    return report.text() + "\n\n" + probes;
  }

  private void draw(ImageModel model, DatasetManifest scenes, Path figures) throws Exception {
    try (ImageSource source = images(scenes, Split.VALIDATION);
        Reconstructor reconstructor = new Reconstructor(model, model.image(), DRAWING_BATCH)) {
      new ReconstructionPictures(
              reconstructor,
              new RandomPlaces(new MaskRatio(HIDDEN)),
              SEED,
              "quickstart-mae, 75 % hidden")
          .draw(source, DRAWN, figures.resolve("reconstructions"));
    }
  }

  private String probes(ImageModel model, ImageModel untrained, DatasetManifest scenes, Path run)
      throws Exception {
    LabelledImages learnt = labelled(model, scenes);
    LabelledImages random = labelled(untrained, scenes);
    StringBuilder text = new StringBuilder();
    int classes = learnt.train().classes().size();
    text.append(
        String.format(
            Locale.ROOT,
            "main object of a scene (%d classes of shape and colour), %d held-out scenes; top-1:%n"
                + "  %-22s %8s %10s%n",
            classes,
            learnt.test().samples(),
            "",
            "trained",
            "untrained"));
    JsonObject json = new JsonObject();
    line("linear probe", linear(model, learnt), linear(untrained, random), text, json);
    line("nearest neighbours", nearest(model, learnt), nearest(untrained, random), text, json);
    text.append(
        String.format(
            Locale.ROOT,
            "  most frequent class    %7.1f %%, chance %.1f %%",
            100 * learnt.majority(),
            100.0 / classes));
    Files.writeString(run.resolve("probe.json"), GSON.toJson(json) + "\n");
    return text.toString();
  }

  private static void line(
      String name,
      ProbeResult trained,
      ProbeResult untrained,
      StringBuilder text,
      JsonObject json) {
    text.append(
        String.format(
            Locale.ROOT,
            "  %-22s %7.1f %% %8.1f %%%n",
            name,
            100 * trained.top1(),
            100 * untrained.top1()));
    JsonObject one = new JsonObject();
    one.addProperty("top1", trained.top1());
    one.addProperty("top5", trained.top5());
    one.addProperty("untrained_top1", untrained.top1());
    one.addProperty("untrained_top5", untrained.top5());
    json.add(trained.method(), one);
  }

  private static ProbeResult linear(ImageModel model, LabelledImages images) {
    return new LinearProbe(
            LinearProbeSettings.forSamples(images.train().samples(), SEED),
            model.parameters().device())
        .measure(images.train(), images.test());
  }

  private static ProbeResult nearest(ImageModel model, LabelledImages images) {
    return new NearestNeighbours(
            new KnnSettings(NEIGHBOURS, KnnSettings.REFERENCE.temperature()),
            model.parameters().device())
        .measure(images.train(), images.test());
  }

  private LabelledImages labelled(ImageModel model, DatasetManifest scenes) throws Exception {
    try (EncoderFeatures encoder = new EncoderFeatures(model, model.image(), Pooling.MEAN, BATCH)) {
      return LabelledImages.of(
          features(encoder, scenes, Split.TRAIN),
          Split.TRAIN,
          features(encoder, scenes, Split.VALIDATION),
          Split.VALIDATION);
    }
  }

  private MemoryEmbeddings features(EncoderFeatures encoder, DatasetManifest scenes, String split)
      throws Exception {
    MemoryEmbeddings rows = new MemoryEmbeddings(encoder.width());
    int workers = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    try (ImageSource source = images(scenes, split);
        ProgressBar bar = ProgressLine.start("features", source.count())) {
      new EmbeddingJob(source, encoder, BATCH, workers, false).run(rows, bar::stepTo);
    }
    return rows;
  }

  private ImageSource images(DatasetManifest scenes, String split) throws IOException {
    return DatasetImages.open(
        scenes, split, "rgb", LabelSource.DEFAULT, sources, ImageDecoder.DEFAULT_PIXEL_LIMIT);
  }
}
