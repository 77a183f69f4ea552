package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.train.RunOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The whole path in one command. */
@Command(
    name = "quickstart",
    sortOptions = false,
    description = {
      "Render scenes, train a small model on them, show what it can do.",
      "Ten minutes. Recipe 4m learns seven modalities from each other: pictures as",
      "patches and as tokens, depth, normals, class maps, captions and boxes. Recipe",
      "mae learns pictures by putting back removed patches, and shows what its",
      "features are worth. Nothing is downloaded. Ctrl-C stops after writing a",
      "checkpoint; --resume goes on.",
      "",
      "Examples:",
      "  masquerade quickstart",
      "  masquerade quickstart --recipe mae",
      "  masquerade quickstart --steps 200 --scenes 1024 --out quick"
    })
final class QuickstartCommand implements Callable<Integer> {

  /** What can be trained. */
  enum Recipe {
    /** A 4M model over tokens of seven modalities. */
    FOUR_M("4m"),
    /** A masked autoencoder over pixels. */
    MAE("mae");

    private final String word;

    Recipe(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  private final Quickstart quickstart;
  private final TokensRecipe tokens;
  private final AutoencoderRecipe autoencoder;

  @Option(
      names = "--recipe",
      defaultValue = "4m",
      converter = RecipeWord.class,
      completionCandidates = RecipeWords.class,
      description = "What to train: 4m, or mae (${DEFAULT-VALUE}).")
  private Recipe recipe = Recipe.FOUR_M;

  @Spec private CommandSpec spec;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Training steps; otherwise as many as this machine has time for, or as many as an earlier"
              + " quickstart in the same place has chosen.")
  private @Nullable Integer steps;

  @Option(
      names = "--scenes",
      defaultValue = "4096",
      description = "Scenes in all (${DEFAULT-VALUE}).")
  private int scenes;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "quickstart",
      description = "Where to write (${DEFAULT-VALUE}).")
  private Path out;

  @Option(names = "--resume", description = "Go on with an earlier quickstart in the same place.")
  private boolean resume;

  @Inject
  QuickstartCommand(Quickstart quickstart, TokensRecipe tokens, AutoencoderRecipe autoencoder) {
    this.quickstart = quickstart;
    this.tokens = tokens;
    this.autoencoder = autoencoder;
  }

  /** Refuses to go on with a place where another recipe was begun. */
  private void refuseOtherRecipe(QuickstartRecipe chosen) {
    for (Recipe other : Recipe.values()) {
      QuickstartRecipe begun = other == Recipe.MAE ? autoencoder : tokens;
      if (begun != chosen
          && Files.exists(out.resolve(begun.runFile()))
          && !Files.exists(out.resolve(chosen.runFile()))) {
        throw new MistakeException(
            out
                + " was begun with --recipe "
                + other
                + ". Add that to --resume, or choose another place with --out.");
      }
    }
  }

  private QuickstartRecipe chosen() {
    return switch (recipe) {
      case FOUR_M -> tokens;
      case MAE -> autoencoder;
    };
  }

  @Override
  public Integer call() throws Exception {
    long started = System.nanoTime();
    if (steps != null && steps < 1) {
      throw new MistakeException("--steps must be at least 1, was " + steps + ".");
    }
    if (scenes < Quickstart.FEWEST_SCENES) {
      throw new MistakeException(
          "--scenes must be at least "
              + Quickstart.FEWEST_SCENES
              + ", or there are fewer patches than codes; was "
              + scenes
              + ".");
    }
    if (!resume && holdsAnything(out)) {
      throw new MistakeException(
          out
              + " is not empty. Add --resume to go on with it, or choose another place with"
              + " --out.");
    }
    QuickstartRecipe chosen = chosen();
    refuseOtherRecipe(chosen);
    List<String> command = new ArrayList<>(List.of("masquerade"));
    command.addAll(spec.root().commandLine().getParseResult().originalArgs());

    try (LastWords words =
        LastWords.ifStopped(
            "Stopped before training. What is finished in "
                + out
                + " stands; add --resume to go on from there.")) {
      quickstart.prepare(chosen, out, scenes);
      quickstart.plan(chosen, out, steps == null ? 0 : steps);
    }
    RunOutcome outcome = quickstart.train(chosen, out, steps == null ? 0 : steps, command);
    if (!outcome.complete()) {
      return 0;
    }
    Path run = out.resolve(Quickstart.RUN);
    String shown;
    try (LastWords words =
        LastWords.ifStopped(
            "Stopped during the evaluation. The trained model stands whole in "
                + out.resolve(Quickstart.RUN)
                + "; add --resume to evaluate it without training again.")) {
      shown = chosen.evaluate(out, run);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    System.out.printf(
        Locale.ROOT,
        "%n%s%n%nDone after %d:%02d minutes.%n%n",
        shown,
        took.toMinutes(),
        took.toSecondsPart());
    System.out.println("run           " + run);
    System.out.println("pictures      " + run.resolve("figures"));
    System.out.println("run file      " + out.resolve(chosen.runFile()));
    return 0;
  }

  /** The words for recipes. */
  static final class RecipeWords extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    RecipeWords() {
      for (Recipe known : Recipe.values()) {
        add(known.toString());
      }
    }
  }

  /** Reads a recipe by its word. */
  static final class RecipeWord implements CommandLine.ITypeConverter<Recipe> {
    @Override
    public Recipe convert(String word) {
      for (Recipe known : Recipe.values()) {
        if (known.toString().equals(word)) {
          return known;
        }
      }
      throw new CommandLine.TypeConversionException(
          "\"" + word + "\" is not a recipe; take one of " + new RecipeWords());
    }
  }

  private static boolean holdsAnything(Path directory) throws java.io.IOException {
    if (!Files.isDirectory(directory)) {
      return Files.exists(directory);
    }
    try (Stream<Path> content = Files.list(directory)) {
      return content.findAny().isPresent();
    }
  }
}
