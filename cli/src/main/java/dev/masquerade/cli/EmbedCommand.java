package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.data.image.ImageSource;
import dev.masquerade.train.embed.EmbeddingJob;
import dev.masquerade.train.embed.EncoderFeatures;
import dev.masquerade.train.embed.FeatureExtractor;
import dev.masquerade.train.embed.ImageModel;
import dev.masquerade.train.embed.SampleFeatures;
import dev.masquerade.train.embedding.EmbeddingFormat;
import dev.masquerade.train.embedding.EmbeddingKey;
import dev.masquerade.train.embedding.EmbeddingWriter;
import dev.masquerade.train.generate.ThinkingFeatures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Embeds images. */
@Command(
    name = "embed",
    sortOptions = false,
    description = {
      "Compute one vector per image with a trained encoder.",
      "Images are JPEG, PNG or WebP, seen by their centre, in the order of their names.",
      "One that cannot be read keeps its row, marked. Killed work goes on with --resume.",
      "",
      "Example:",
      "  masquerade embed --model runs/mae --data photos --out photos.npy",
      "  masquerade embed --model runs/fm --data data --see caption --out c.npy"
    })
final class EmbedCommand implements Callable<Integer> {

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
      description = "Data set, or folder of pictures with those in its folders.")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "What to write: .npy, .csv (as Lightly's) or .safetensors.")
  private Path out;

  @Mixin private PoolOption pool;

  @Mixin private ModelOptions options;

  @Option(names = "--l2", description = "Scale every row to length 1.")
  private boolean unitLength;

  @Option(
      names = "--batch",
      defaultValue = "32",
      description = "Images that the model sees at once (${DEFAULT-VALUE}).")
  private int batchSize;

  @Option(
      names = "--workers",
      defaultValue = "0",
      description = "Threads that decode ahead of the model (half of the processors).")
  private int workers;

  @Option(names = "--resume", description = "Go on with rows that are there already.")
  private boolean resume;

  @Option(
      names = "--split",
      defaultValue = "",
      description = "Split of the data set (validation, or the first).")
  private String split = "";

  @Option(
      names = "--see",
      split = ",",
      paramLabel = "NAME",
      description =
          "Modalities of a data set's samples that the encoder of a 4M run sees, instead of a"
              + " picture: for example caption,tok_depth@64.")
  private List<String> see = List.of();

  @Option(
      names = "--think",
      split = ",",
      paramLabel = "NAME",
      description =
          "Modalities that a 4M model predicts of each picture first, and its encoder then sees"
              + " beside it: for example semseg.")
  private List<String> think = List.of();

  @Mixin private DatasetOptions dataset;

  @Inject
  EmbedCommand(ImageArguments images) {
    this.images = images;
  }

  @Override
  public Integer call() throws Exception {
    if (batchSize < 1 || workers < 0) {
      throw new MistakeException("--batch must be at least 1 and --workers at least 0.");
    }
    EmbeddingFormat.of(out);
    if (!see.isEmpty() && !think.isEmpty()) {
      throw new MistakeException(
          "--see names what is stored, --think what is predicted of a picture. Leave one out.");
    }
    if (!see.isEmpty()) {
      return samples();
    }
    int threads =
        workers == 0 ? Math.max(1, Runtime.getRuntime().availableProcessors() / 2) : workers;
    try (ImageSource source = labelled()) {
      if (!think.isEmpty()) {
        try (ThinkingFeatures thinking = options.thinking(path, images, think, pool.ofSamples())) {
          return pictures(source, thinking, threads);
        }
      }
      try (ImageModel model = options.open(path);
          EncoderFeatures encoder = pool.encoder(model, options.image(model), batchSize)) {
        return pictures(source, encoder, threads);
      }
    }
  }

  /** Embeds pictures. */
  private Integer pictures(ImageSource source, FeatureExtractor encoder, int threads)
      throws Exception {
    EmbeddingJob job = new EmbeddingJob(source, encoder, batchSize, threads, unitLength);
    List<EmbeddingKey> keys = write(job, encoder.width(), source.count());
    List<EmbeddingKey> broken = keys.stream().filter(EmbeddingKey::broken).toList();
    LeftOut.report(broken, "image has", "images have", "no embedding; the rows are marked");
    if (broken.size() == keys.size()) {
      throw new MistakeException(data + ": none of its images could be embedded.");
    }
    System.out.printf("%,d rows of %d numbers%n%s%n", keys.size(), encoder.width(), out);
    return 0;
  }

  /** Embeds samples by what a 4M run's encoder sees of them. */
  private Integer samples() throws Exception {
    if (resume || unitLength) {
      throw new MistakeException("--see goes neither with --resume nor with --l2.");
    }
    if (!ImageArguments.isDataset(data)) {
      throw new MistakeException(
          "--see names modalities of a data set; give a manifest as --data.");
    }
    try (SampleFeatures features = options.samples(path, images, data, split, see);
        EmbeddingWriter writer =
            EmbeddingWriter.begin(out, features.origin(pool.ofSamples()), features.width())) {
      try (ProgressBar bar = ProgressLine.start("samples", features.count(), 0)) {
        features.run(writer, pool.ofSamples(), batchSize, bar::stepTo);
      }
      List<EmbeddingKey> keys = writer.finish();
      List<EmbeddingKey> broken = keys.stream().filter(EmbeddingKey::broken).toList();
      LeftOut.report(broken, "sample has", "samples have", "no embedding; the rows are marked");
      System.out.printf("%,d rows of %d numbers%n%s%n", keys.size(), features.width(), out);
      return 0;
    }
  }

  private ImageSource labelled() throws IOException {
    ImageSource source = images.open(data, split, dataset);
    try {
      if (ImageArguments.isDataset(data)) {
        dataset.requireLabelsIfAsked(source, data.toString());
      }
      return source;
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  private List<EmbeddingKey> write(EmbeddingJob job, int width, int count) throws Exception {
    try (EmbeddingWriter writer =
        resume
            ? EmbeddingWriter.resume(out, job.origin(), width)
            : EmbeddingWriter.begin(out, job.origin(), width)) {
      try (ProgressBar bar = ProgressLine.start("images", count, writer.kept().size())) {
        job.run(writer, bar::stepTo, key -> bar.setExtraMessage(key.name() + " is broken"));
      }
      return writer.finish();
    }
  }
}
