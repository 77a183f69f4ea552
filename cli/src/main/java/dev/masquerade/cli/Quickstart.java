package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.data.augment.CentreCrop;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.ManifestReader;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.prepare.TokenDataset;
import dev.masquerade.data.prepare.TokenShardSettings;
import dev.masquerade.data.prepare.TokenSource;
import dev.masquerade.data.scenes.SceneClasses;
import dev.masquerade.data.scenes.SceneDataset;
import dev.masquerade.data.scenes.SceneDatasetSettings;
import dev.masquerade.data.scenes.Shape;
import dev.masquerade.data.schema.FieldOverrides;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.code.CodebookSettings;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.modality.text.WordPieceSettings;
import dev.masquerade.train.RunOutcome;
import dev.masquerade.train.RunRequest;
import dev.masquerade.train.TrainingRun;
import dev.masquerade.train.config.RunConfig;
import dev.masquerade.train.config.RunConfigReader;
import dev.masquerade.train.evaluate.EvaluationReport;
import dev.masquerade.train.evaluate.Evaluator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;

/**
 * The stages of a quickstart. Each leaves files that a later call finds and does not make again:
 *
 * <pre>
 *   OUT/scenes/                  rendered shards, manifest.textproto
 *   OUT/tokenizers/              text.json, a codebook per picture-like modality
 *   OUT/tokens/                  token shards, manifest.textproto that joins both
 *   OUT/quickstart.textproto     the run file
 *   OUT/run/                     the run directory
 * </pre>
 */
final class Quickstart {

  static final String RUN = "run";
  static final String RUN_FILE = "quickstart.textproto";
  static final int FEWEST_SCENES = 64;

  private static final int SIZE = 64;
  private static final int PATCH = 8;
  private static final int SHARD_SIZE = 512;
  private static final int EVALUATED = 128;
  private static final int PICTURED = 6;
  private static final long SEED = 1;
  private static final Set<String> TEXTS = Set.of("caption", "det");
  private static final String TEXT_TOKENIZER = "text.json";

  /** What training may take, so that all stages together end within ten minutes. */
  private static final Duration TRAINING = Duration.ofSeconds(330);

  /** Fewer leave tasks that are not learned; more add little. */
  private static final int FEWEST_STEPS = 700;

  private static final int MOST_STEPS = 1600;
  private static final String STEPS = "steps: " + MOST_STEPS;

  /** Small enough to learn in minutes: 32 steps of two pixels for the edges of boxes. */
  private static final WordPieceSettings TEXT =
      new WordPieceSettings(600, 32, 32, Stream.of(Shape.values()).map(Shape::word).toList(), 0);

  /**
   * A picture-like modality that becomes tokens: what it is stored as, what it holds, its codes.
   */
  private record Codebook(String member, FrameContent content, int classes, int codes) {}

  private static final List<Codebook> CODEBOOKS =
      List.of(
          new Codebook("rgb", FrameContent.COLOURS, 0, 512),
          new Codebook("depth", FrameContent.DEPTH, 0, 256),
          new Codebook("normal", FrameContent.NORMALS, 0, 256),
          new Codebook("semseg", FrameContent.CLASSES, SceneClasses.all().size(), 256));

  private final ModalityCatalogue catalogue;
  private final ShardSources sources;
  private final TokenizerFitting fitting;
  private final TrainingRun training;
  private final Evaluator evaluator;

  @Inject
  Quickstart(
      ModalityCatalogue catalogue,
      ShardSources sources,
      TokenizerFitting fitting,
      TrainingRun training,
      Evaluator evaluator) {
    this.catalogue = catalogue;
    this.sources = sources;
    this.fitting = fitting;
    this.training = training;
    this.evaluator = evaluator;
  }

  /** Renders scenes, fits tokenizers and computes tokens, as far as that is not done. */
  void prepare(Path out, int scenes) throws IOException {
    Path manifest = out.resolve("scenes").resolve(SceneDataset.MANIFEST);
    if (!Files.exists(manifest)) {
      render(manifest, scenes);
    }
    DatasetManifest dataset = new ManifestReader(catalogue.names()).read(manifest);
    Path tokenizers = out.resolve("tokenizers");
    fit(dataset, tokenizers);
    List<TokenSource> tokens = new ArrayList<>();
    for (Codebook codebook : CODEBOOKS) {
      tokens.add(
          TokenizeCommand.source(
              catalogue,
              "tok_" + codebook.member() + "@" + SIZE,
              codebook.member(),
              file(tokenizers, codebook)));
    }
    if (!Files.exists(out.resolve("tokens").resolve(TokenDataset.MANIFEST))) {
      TokenizeCommand.write(
          dataset,
          tokens,
          new TokenShardSettings(1, new CentreCrop(0), SEED, threads(), 0),
          sources,
          out.resolve("tokens"));
    }
  }

  /**
   * Writes the run file where there is none, with as many steps as this machine has time for.
   *
   * @param steps how many were asked for; 0 measures how many there is time for
   */
  void plan(Path out, int steps) throws Exception {
    Path file = out.resolve(RUN_FILE);
    if (Files.exists(file)) {
      return;
    }
    String template;
    try (InputStream stream =
        Objects.requireNonNull(Quickstart.class.getResourceAsStream(RUN_FILE))) {
      template = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    int planned = steps > 0 ? steps : fittingSteps(out, template);
    Files.writeString(file, template.replace(STEPS, "steps: " + planned));
  }

  private int fittingSteps(Path out, String template) throws Exception {
    // Beside the tokens, because paths in it are relative.
    Path trial = out.resolve("pace.textproto");
    Files.writeString(trial, template);
    try {
      Pace pace =
          Pace.measure(
              training,
              directory ->
                  new RunRequest(
                      new RunConfigReader(catalogue.names())
                          .read(trial, FieldOverrides.of(List.of("output.directory=" + directory))),
                      false,
                      List.of()));
      int steps = pace.stepsIn(TRAINING, FEWEST_STEPS, MOST_STEPS);
      Screen.line("quickstart: " + pace.describe(steps));
      return steps;
    } finally {
      Files.deleteIfExists(trial);
    }
  }

  private static void render(Path manifest, int scenes) throws IOException {
    Path directory = Objects.requireNonNull(manifest.getParent());
    Files.createDirectories(directory);
    SceneDatasetSettings settings =
        SceneDatasetSettings.builder(scenes)
            .size(SIZE)
            .seed(SEED)
            .samplesPerShard(SHARD_SIZE)
            .build();
    try (ProgressBar bar = ProgressLine.start("scenes", scenes)) {
      SceneDataset.write(directory, settings, threads(), bar::stepTo);
    }
  }

  private void fit(DatasetManifest dataset, Path tokenizers) throws IOException {
    try (ProgressBar bar = ProgressLine.start("tokenizers", CODEBOOKS.size() + 1)) {
      if (!Files.exists(tokenizers.resolve(TEXT_TOKENIZER))) {
        fitting.fitText(source(dataset, "caption", 4096), TEXT, tokenizers.resolve(TEXT_TOKENIZER));
      }
      bar.step();
      for (Codebook codebook : CODEBOOKS) {
        if (!Files.exists(file(tokenizers, codebook))) {
          CodebookSettings settings =
              CodebookSettings.of(
                  codebook.content(), codebook.classes(), SIZE, PATCH, codebook.codes(), SEED);
          fitting.fitPatches(
              source(dataset, codebook.member(), 1000), settings, file(tokenizers, codebook));
        }
        bar.step();
      }
    }
  }

  private static TokenizerFitting.Source source(
      DatasetManifest dataset, String member, int samples) {
    return new TokenizerFitting.Source(dataset, Split.TRAIN, member, samples, SEED, 0);
  }

  private static Path file(Path tokenizers, Codebook codebook) {
    return tokenizers.resolve(codebook.member() + ".npz");
  }

  /**
   * Trains, or goes on training.
   *
   * @param steps 0 for as many as the run file says
   * @param command line, for provenance
   */
  RunOutcome train(Path out, int steps, List<String> command) throws Exception {
    List<String> overrides = new ArrayList<>();
    overrides.add("output.directory=" + out.resolve(RUN));
    if (steps > 0) {
      overrides.add("train.steps=" + steps);
    }
    Path effective = out.resolve(RUN).resolve("run.textproto");
    boolean begun = Files.exists(effective);
    // What was begun goes on as it was begun, whatever it was told then.
    Path file = begun ? effective : out.resolve(RUN_FILE);
    RunConfig config =
        new RunConfigReader(catalogue.names()).read(file, FieldOverrides.of(overrides));
    return PretrainCommand.train(training, new RunRequest(config, begun, command));
  }

  /**
   * Measures and draws. Pictures from texts are left out: one pass decides every place by itself,
   * and the mean of all pictures that fit a text is what a place looks like without one. That is
   * for a sampler.
   */
  EvaluationReport evaluate(Path out) throws Exception {
    return EvaluateCommand.evaluate(
        evaluator,
        out.resolve(RUN),
        EVALUATED,
        PICTURED,
        pair -> !(TEXTS.contains(pair.input().base()) && pair.target().base().equals("tok_rgb")));
  }

  private static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }
}
