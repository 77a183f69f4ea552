package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.data.manifest.ManifestReader;
import dev.masquerade.data.scenes.SceneDataset;
import dev.masquerade.data.scenes.SceneDatasetSettings;
import dev.masquerade.data.schema.FieldOverrides;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.train.RunOutcome;
import dev.masquerade.train.RunRequest;
import dev.masquerade.train.TrainingRun;
import dev.masquerade.train.config.RunConfig;
import dev.masquerade.train.config.RunConfigReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import me.tongfei.progressbar.ProgressBar;

/**
 * The stages of a quickstart. Each leaves files that a later call finds and does not make again:
 *
 * <pre>
 *   OUT/scenes/                  rendered shards, manifest.textproto
 *   OUT/...                      what the recipe makes of them
 *   OUT/quickstart.textproto     the run file, by the recipe's name
 *   OUT/run/                     the run directory
 * </pre>
 */
final class Quickstart {

  static final String RUN = "run";
  static final int FEWEST_SCENES = 64;

  private static final int SIZE = 64;
  private static final int SHARD_SIZE = 512;
  private static final long SEED = 1;

  private final ModalityCatalogue catalogue;
  private final TrainingRun training;

  @Inject
  Quickstart(ModalityCatalogue catalogue, TrainingRun training) {
    this.catalogue = catalogue;
    this.training = training;
  }

  /** Renders scenes and makes of them what the recipe needs, as far as that is not done. */
  void prepare(QuickstartRecipe recipe, Path out, int scenes) throws IOException {
    Path manifest = out.resolve("scenes").resolve(SceneDataset.MANIFEST);
    if (!Files.exists(manifest)) {
      render(manifest, scenes);
    }
    recipe.prepare(out, new ManifestReader(catalogue.names()).read(manifest));
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

  /**
   * Writes the run file where there is none, with as many steps as this machine has time for.
   *
   * @param steps how many were asked for; 0 measures how many there is time for
   */
  void plan(QuickstartRecipe recipe, Path out, int steps) throws Exception {
    Path file = out.resolve(recipe.runFile());
    if (Files.exists(file)) {
      return;
    }
    String template;
    try (InputStream stream =
        Objects.requireNonNull(Quickstart.class.getResourceAsStream(recipe.runFile()))) {
      template = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    int planned = steps > 0 ? steps : fittingSteps(recipe, out, template);
    Files.writeString(
        file, template.replace("steps: " + recipe.length().most(), "steps: " + planned));
  }

  private int fittingSteps(QuickstartRecipe recipe, Path out, String template) throws Exception {
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
      QuickstartRecipe.Length length = recipe.length();
      int steps = pace.stepsIn(length.time(), length.least(), length.most());
      Screen.line("quickstart: " + pace.describe(steps));
      return steps;
    } finally {
      Files.deleteIfExists(trial);
    }
  }

  /**
   * Trains, or goes on training.
   *
   * @param steps 0 for as many as the run file says
   * @param command line, for provenance
   */
  RunOutcome train(QuickstartRecipe recipe, Path out, int steps, List<String> command)
      throws Exception {
    List<String> overrides = new ArrayList<>();
    overrides.add("output.directory=" + out.resolve(RUN));
    if (steps > 0) {
      overrides.add("train.steps=" + steps);
    }
    Path effective = out.resolve(RUN).resolve("run.textproto");
    boolean begun = Files.exists(effective);
    // What was begun goes on as it was begun, whatever it was told then.
    Path file = begun ? effective : out.resolve(recipe.runFile());
    RunConfig config =
        new RunConfigReader(catalogue.names()).read(file, FieldOverrides.of(overrides));
    return PretrainCommand.train(training, new RunRequest(config, begun, command));
  }

  private static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }
}
