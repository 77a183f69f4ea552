package dev.masquerade.cli;

import ai.djl.Device;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.inject.Inject;
import dev.masquerade.data.augment.CentreCrop;
import dev.masquerade.data.augment.RandomResizedCrop;
import dev.masquerade.data.image.CentredImage;
import dev.masquerade.data.image.ImageSource;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.image.ResizeFilter;
import dev.masquerade.modality.image.ViewSampler;
import dev.masquerade.model.vit.Pooling;
import dev.masquerade.train.embed.EmbeddingJob;
import dev.masquerade.train.embed.EncoderFeatures;
import dev.masquerade.train.embed.FeatureExtractor;
import dev.masquerade.train.embed.ImageModel;
import dev.masquerade.train.embedding.EmbeddingKey;
import dev.masquerade.train.embedding.MemoryEmbeddings;
import dev.masquerade.train.generate.ThinkingFeatures;
import dev.masquerade.train.probe.AugmentedImages;
import dev.masquerade.train.probe.Finetune;
import dev.masquerade.train.probe.FinetuneSettings;
import dev.masquerade.train.probe.ImageParts;
import dev.masquerade.train.probe.KnnSettings;
import dev.masquerade.train.probe.LabelledImages;
import dev.masquerade.train.probe.LinearProbe;
import dev.masquerade.train.probe.LinearProbeSettings;
import dev.masquerade.train.probe.MajorityShare;
import dev.masquerade.train.probe.NearestNeighbours;
import dev.masquerade.train.probe.Probe;
import dev.masquerade.train.probe.ProbeResult;
import dev.masquerade.train.probe.UsableImages;
import java.io.IOException;
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
      "every fifth image of each class is held out. Pictures are JPEG, PNG or WebP.",
      "",
      "Example:",
      "  masquerade probe --model runs/mae --method linear \\",
      "    --data data/scenes/manifest.textproto"
    })
final class ProbeCommand implements Callable<Integer> {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  private static final int FINETUNE_EPOCHS = 50;

  /** With no more classes than this, the share of hits among as many guesses says nothing. */
  private static final int TOP = 5;

  private static final double SMALLEST_CROP = 0.08;

  /** How classes are told apart. */
  enum Method {
    /** By the most similar images. */
    KNN,
    /** By a linear head. */
    LINEAR,
    /** By a head and the encoder, trained together. */
    FINETUNE
  }

  /** What numbers stand beside, so that they can be judged. */
  private record Beside(int trained, int classes, double majority) {}

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
      paramLabel = "knn|linear|finetune",
      defaultValue = "KNN",
      description =
          "How: the votes of similar images, a linear head, or a head and the encoder trained"
              + " together (knn).")
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
      defaultValue = "0",
      description = "Passes over the images (90 for linear, 50 for finetune).")
  private int epochs;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Draws weights, order and crops (${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private PoolOption pool;

  @Option(
      names = "--think",
      split = ",",
      paramLabel = "NAME",
      description =
          "Modalities that a 4M model predicts of each picture first, and its encoder then sees"
              + " beside it: for example semseg.")
  private List<String> think = List.of();

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
    if (epochs < 0) {
      throw new MistakeException("--epochs must be at least 1, was " + epochs + ".");
    }
    if (method == Method.FINETUNE && !think.isEmpty()) {
      throw new MistakeException(
          "--think is for frozen features. Leave it away, or choose --method linear or knn.");
    }
    if (method == Method.FINETUNE && pool.given()) {
      throw new MistakeException(
          "--pool is for frozen features; fine-tuning always takes the mean. Leave --pool away.");
    }
    Path folder = out.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    requireLabels();
    if (!think.isEmpty()) {
      try (ThinkingFeatures thinking = options.thinking(path, images, think, pool.ofSamples())) {
        measure(thinking, thinking.device());
      }
    } else {
      try (ImageModel model = options.open(path);
          EncoderFeatures encoder = encoder(model)) {
        if (method == Method.FINETUNE) {
          finetune(model, encoder);
        } else {
          measure(encoder, model.parameters().device());
        }
      }
    }
    System.out.println(out);
    return 0;
  }

  /** Measures frozen features. */
  private void measure(FeatureExtractor encoder, Device device) throws Exception {
    LabelledImages labelled = labelled(encoder);
    reportUnlabelled(labelled.unlabelled());
    ProbeResult result =
        probe(device, labelled.train().samples()).measure(labelled.train(), labelled.test());
    report(
        result,
        new Beside(
            labelled.train().samples(), labelled.train().classes().size(), labelled.majority()),
        encoder.origin());
  }

  /** Looks for labels before the images are embedded, which may take long. */
  private void requireLabels() throws IOException {
    try (ImageSource learnt = images.open(data, split, dataset)) {
      dataset.requireLabels(learnt, what(data, split));
    }
    if (test != null || ImageArguments.isDataset(data)) {
      Path from = test == null ? data : test;
      try (ImageSource asked = images.open(from, testSplit, dataset)) {
        dataset.requireLabels(asked, what(from, testSplit));
      }
    }
  }

  private EncoderFeatures encoder(ImageModel model) {
    return method == Method.FINETUNE
        ? new EncoderFeatures(model, options.image(model), Pooling.MEAN, batchSize)
        : pool.encoder(model, options.image(model), batchSize);
  }

  private void finetune(ImageModel model, EncoderFeatures encoder) throws Exception {
    Path from = test == null ? data : test;
    boolean apart = test != null || ImageArguments.isDataset(data);
    try (ImageSource learnt = images.open(data, split, dataset);
        ImageSource asked = images.open(from, testSplit, dataset)) {
      UsableImages usable = usable(encoder, learnt, what(data, split));
      ImageParts parts =
          apart
              ? ImageParts.of(usable, usable(encoder, asked, what(from, testSplit)))
              : ImageParts.split(usable);
      ViewSampler sampler =
          new ViewSampler(encoder.imageHeight(), encoder.imageWidth(), ResizeFilter.BICUBIC);
      SampleStreams streams = new SampleStreams(seed);
      AugmentedImages train =
          new AugmentedImages(
              learnt,
              parts.train(),
              parts.classes(),
              new RandomResizedCrop(SMALLEST_CROP, 1, 0.75, 4.0 / 3, 0.5),
              sampler,
              streams);
      AugmentedImages held =
          new AugmentedImages(
              asked, parts.test(), parts.classes(), new CentreCrop(0), sampler, streams);
      try (Finetune finetune =
          Finetune.of(model, options.image(model), parts.classes().names(), finetuneSettings())) {
        int classes = parts.classes().names().size();
        ProbeResult result;
        try (ProgressBar bar = ProgressLine.start("steps", finetune.steps(train.samples()))) {
          result = finetune.measure(train, held, workers(), bar::stepTo);
        }
        report(
            result,
            new Beside(
                train.samples(), classes, MajorityShare.of(labels(train), labels(held), classes)),
            encoder.origin());
      }
    }
  }

  /** Decodes every image once, so that a broken one does not end the training. */
  private static UsableImages usable(EncoderFeatures encoder, ImageSource source, String what)
      throws InterruptedException {
    UsableImages usable;
    try (ProgressBar bar = ProgressLine.start("images", source.count())) {
      CentredImage size = new CentredImage(encoder.imageHeight(), encoder.imageWidth());
      usable = UsableImages.find(source, what, size, workers(), bar::stepTo);
    }
    reportBroken(usable.broken());
    reportUnlabelled(usable.unlabelled());
    return usable;
  }

  private static int workers() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  private static void reportBroken(List<EmbeddingKey> broken) {
    LeftOut.report(broken, "image is", "images are", "left out");
  }

  private static void reportUnlabelled(int images) {
    if (images > 0) {
      System.err.printf(Locale.ROOT, "%,d images without a label are left out.%n", images);
    }
  }

  /** Names images, with their split where they are a data set. */
  private static String what(Path from, String part) {
    return ImageArguments.isDataset(from) ? from + ", " + part : from.toString();
  }

  private FinetuneSettings finetuneSettings() {
    FinetuneSettings usual = FinetuneSettings.REFERENCE;
    int passes = epochs == 0 ? FINETUNE_EPOCHS : epochs;
    return new FinetuneSettings(
        passes,
        Math.min(usual.warmUpEpochs(), passes / 10.0),
        batchSize,
        usual.baseRate(),
        usual.minRate(),
        usual.weightDecay(),
        usual.layerDecay(),
        usual.labelSmoothing(),
        usual.dropPath(),
        usual.mix(),
        usual.adamW(),
        seed);
  }

  private static int[] labels(AugmentedImages pictures) {
    return IntStream.range(0, pictures.samples()).map(pictures::label).toArray();
  }

  private void report(ProbeResult result, Beside beside, String origin) throws IOException {
    print(result, beside);
    Files.writeString(out, json(result, beside, origin));
  }

  private Probe probe(Device device, int samples) {
    try {
      return switch (method) {
        case KNN -> new NearestNeighbours(new KnnSettings(k, temperature), device);
        case LINEAR -> {
          LinearProbeSettings usual = LinearProbeSettings.forSamples(samples, seed);
          int passes = epochs == 0 ? usual.epochs() : epochs;
          yield new LinearProbe(
              new LinearProbeSettings(
                  passes,
                  Math.min(usual.warmUpEpochs(), passes / 2),
                  usual.batch(),
                  usual.peakRate(),
                  usual.weightDecay(),
                  usual.labelSmoothing(),
                  usual.lars(),
                  seed),
              device);
        }
        case FINETUNE -> throw new IllegalStateException("fine-tuning has no frozen features");
      };
    } catch (IllegalArgumentException e) {
      throw new MistakeException(e);
    }
  }

  private LabelledImages labelled(FeatureExtractor encoder) throws Exception {
    if (test == null && !ImageArguments.isDataset(data)) {
      return LabelledImages.split(features(encoder, data, ""), data.toString());
    }
    Path asked = test == null ? data : test;
    return LabelledImages.of(
        features(encoder, data, split),
        what(data, split),
        features(encoder, asked, testSplit),
        what(asked, testSplit));
  }

  private MemoryEmbeddings features(FeatureExtractor encoder, Path from, String part)
      throws Exception {
    MemoryEmbeddings rows = new MemoryEmbeddings(encoder.width());
    try (ImageSource source = images.open(from, part, dataset);
        ProgressBar bar = ProgressLine.start("images", source.count())) {
      new EmbeddingJob(source, encoder, batchSize, workers(), false).run(rows, bar::stepTo);
    }
    List<EmbeddingKey> broken =
        IntStream.range(0, rows.rows()).mapToObj(rows::key).filter(EmbeddingKey::broken).toList();
    reportBroken(broken);
    return rows;
  }

  private static void print(ProbeResult result, Beside beside) {
    int classes = beside.classes();
    System.out.printf(
        Locale.ROOT,
        "%s, %d classes, learnt from %,d images, asked about %,d%n",
        result.method(),
        classes,
        beside.trained(),
        result.samples());
    System.out.printf(
        Locale.ROOT,
        "top-1         %.2f %% (chance %.2f %%, most frequent class %.2f %%)%n",
        100 * result.top1(),
        100.0 / classes,
        100 * beside.majority());
    if (classes > TOP) {
      System.out.printf(
          Locale.ROOT,
          "top-5         %.2f %% (chance %.2f %%)%n",
          100 * result.top5(),
          100.0 * TOP / classes);
    }
    if (result.loss().isPresent()) {
      System.out.printf(
          Locale.ROOT,
          "loss          %.4f (chance %.4f)%n",
          result.loss().getAsDouble(),
          Math.log(classes));
    }
  }

  private static String json(ProbeResult result, Beside beside, String origin) {
    JsonObject json = new JsonObject();
    json.addProperty("method", result.method());
    json.addProperty("features", origin);
    json.addProperty("classes", beside.classes());
    json.addProperty("samples", result.samples());
    json.addProperty("top1", result.top1());
    json.addProperty("top5", result.top5());
    result.loss().ifPresent(loss -> json.addProperty("loss", loss));
    json.addProperty("chance", 1.0 / beside.classes());
    json.addProperty("majority", beside.majority());
    JsonObject perClass = new JsonObject();
    result.perClass().forEach(perClass::addProperty);
    json.add("top1_per_class", perClass);
    JsonObject settings = new JsonObject();
    result.settings().forEach(settings::addProperty);
    json.add("settings", settings);
    return GSON.toJson(json) + "\n";
  }
}
