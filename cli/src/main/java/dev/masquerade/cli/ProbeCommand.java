package dev.masquerade.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.inject.Inject;
import dev.masquerade.data.image.ImageSource;
import dev.masquerade.train.embed.EmbeddingJob;
import dev.masquerade.train.embed.EncoderFeatures;
import dev.masquerade.train.embed.ImageModel;
import dev.masquerade.train.embedding.EmbeddingKey;
import dev.masquerade.train.embedding.MemoryEmbeddings;
import dev.masquerade.train.probe.KnnSettings;
import dev.masquerade.train.probe.LabelledImages;
import dev.masquerade.train.probe.LinearProbe;
import dev.masquerade.train.probe.LinearProbeSettings;
import dev.masquerade.train.probe.NearestNeighbours;
import dev.masquerade.train.probe.Probe;
import dev.masquerade.train.probe.ProbeResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what an encoder knows of classes. */
@Command(
    name = "probe",
    sortOptions = false,
    description = {
      "Measure what a trained encoder knows of classes.",
      "Labels are the folders that images lie in, or what --labels says of samples.",
      "Of a data set, one split is learnt and another asked about; of a folder,",
      "every fifth image of each class is held out.",
      "",
      "Example:",
      "  masquerade probe --model runs/mae --method linear \\",
      "    --data data/scenes/manifest.textproto"
    })
final class ProbeCommand implements Callable<Integer> {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /** How classes are told apart. */
  enum Method {
    /** By the most similar images. */
    KNN,
    /** By a linear head. */
    LINEAR
  }

  private final ImageArguments images;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "PATH",
      description = "Run directory, directory with model.safetensors, or file of weights.")
  private Path path;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "MANIFEST|DIR",
      description = "Images to learn from.")
  private Path data;

  @Option(
      names = "--test",
      paramLabel = "MANIFEST|DIR",
      description = "Images to be asked about (held out from --data).")
  private @Nullable Path test;

  @Option(
      names = "--method",
      paramLabel = "knn|linear",
      defaultValue = "KNN",
      description = "How: the votes of similar images, or a linear head (knn).")
  private Method method = Method.KNN;

  @Option(
      names = "--k",
      defaultValue = "20",
      description = "Images that vote, for knn (${DEFAULT-VALUE}).")
  private int k;

  @Option(
      names = "--temperature",
      defaultValue = "0.1",
      description = "The smaller, the more the nearest count, for knn (${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--epochs",
      defaultValue = "90",
      description = "Passes over the images, for linear (${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Draws starting weights and order, for linear (${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private PoolOption pool;

  @Mixin private ModelOptions options;

  @Option(
      names = "--batch",
      defaultValue = "32",
      description = "Images that the model sees at once (${DEFAULT-VALUE}).")
  private int batchSize;

  @Option(
      names = "--split",
      defaultValue = "train",
      description = "Split of a data set to learn from (${DEFAULT-VALUE}).")
  private String split = "train";

  @Option(
      names = "--test-split",
      defaultValue = "validation",
      description = "Split of a data set to be asked about (${DEFAULT-VALUE}).")
  private String testSplit = "validation";

  @Mixin private DatasetOptions dataset;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "probe.json",
      description = "Numbers to write (${DEFAULT-VALUE}).")
  private Path out;

  @Inject
  ProbeCommand(ImageArguments images) {
    this.images = images;
  }

  @Override
  public Integer call() throws Exception {
    if (batchSize < 1) {
      throw new MistakeException("--batch must be at least 1, was " + batchSize + ".");
    }
    LabelledImages labelled;
    Probe probe;
    try (ImageModel model = options.open(path);
        EncoderFeatures encoder = pool.encoder(model, options.image(model), batchSize)) {
      labelled = labelled(encoder);
      probe = probe(model, labelled.train().samples());
      ProbeResult result = probe.measure(labelled.train(), labelled.test());
      print(result, labelled);
      Files.writeString(out, json(result, labelled, encoder.origin()));
    }
    System.out.println(out);
    return 0;
  }

  private Probe probe(ImageModel model, int samples) {
    try {
      return switch (method) {
        case KNN ->
            new NearestNeighbours(new KnnSettings(k, temperature), model.parameters().device());
        case LINEAR -> {
          LinearProbeSettings usual = LinearProbeSettings.forSamples(samples, seed);
          yield new LinearProbe(
              new LinearProbeSettings(
                  epochs,
                  Math.min(usual.warmUpEpochs(), epochs / 2),
                  usual.batch(),
                  usual.peakRate(),
                  usual.weightDecay(),
                  usual.labelSmoothing(),
                  usual.lars(),
                  seed),
              model.parameters().device());
        }
      };
    } catch (IllegalArgumentException e) {
      throw new MistakeException(e);
    }
  }

  private LabelledImages labelled(EncoderFeatures encoder) throws Exception {
    boolean splits = ImageArguments.isDataset(data);
    if (test == null && !splits) {
      return LabelledImages.split(features(encoder, data, ""), data.toString());
    }
    Path asked = test == null ? data : test;
    return LabelledImages.of(
        features(encoder, data, split),
        splits ? data + ", " + split : data.toString(),
        features(encoder, asked, testSplit),
        ImageArguments.isDataset(asked) ? asked + ", " + testSplit : asked.toString());
  }

  private MemoryEmbeddings features(EncoderFeatures encoder, Path from, String part)
      throws Exception {
    MemoryEmbeddings rows = new MemoryEmbeddings(encoder.width());
    int workers = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    try (ImageSource source = images.open(from, part, dataset);
        ProgressBar bar = ProgressLine.start("images", source.count())) {
      new EmbeddingJob(source, encoder, batchSize, workers, false).run(rows, bar::stepTo);
    }
    List<EmbeddingKey> broken =
        IntStream.range(0, rows.rows()).mapToObj(rows::key).filter(EmbeddingKey::broken).toList();
    LeftOut.report(broken, "image is", "images are", "left out");
    return rows;
  }

  private static void print(ProbeResult result, LabelledImages labelled) {
    if (labelled.unlabelled() > 0) {
      System.err.printf(
          Locale.ROOT, "%,d images without a label are left out.%n", labelled.unlabelled());
    }
    int classes = labelled.train().classes().size();
    System.out.printf(
        Locale.ROOT,
        "%s, %d classes, learnt from %,d images, asked about %,d%n",
        result.method(),
        classes,
        labelled.train().samples(),
        result.samples());
    System.out.printf(
        Locale.ROOT,
        "top-1         %.2f %% (chance %.2f %%, most frequent class %.2f %%)%n",
        100 * result.top1(),
        100.0 / classes,
        100 * labelled.majority());
    System.out.printf(
        Locale.ROOT,
        "top-5         %.2f %% (chance %.2f %%)%n",
        100 * result.top5(),
        100.0 * Math.min(5, classes) / classes);
    if (result.loss().isPresent()) {
      System.out.printf(
          Locale.ROOT,
          "loss          %.4f (chance %.4f)%n",
          result.loss().getAsDouble(),
          Math.log(classes));
    }
  }

  private static String json(ProbeResult result, LabelledImages labelled, String origin) {
    int classes = labelled.train().classes().size();
    JsonObject json = new JsonObject();
    json.addProperty("method", result.method());
    json.addProperty("features", origin);
    json.addProperty("classes", classes);
    json.addProperty("samples", result.samples());
    json.addProperty("top1", result.top1());
    json.addProperty("top5", result.top5());
    result.loss().ifPresent(loss -> json.addProperty("loss", loss));
    json.addProperty("chance", 1.0 / classes);
    json.addProperty("majority", labelled.majority());
    JsonObject perClass = new JsonObject();
    result.perClass().forEach(perClass::addProperty);
    json.add("top1_per_class", perClass);
    JsonObject settings = new JsonObject();
    result.settings().forEach(settings::addProperty);
    json.add("settings", settings);
    return GSON.toJson(json) + "\n";
  }
}
