package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.train.RunOutcome;
import dev.masquerade.train.evaluate.EvaluationReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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
      "Ten minutes. Seven modalities: pictures as patches and as tokens, depth,",
      "normals, class maps, captions and boxes. Nothing is downloaded. Ctrl-C stops",
      "after writing a checkpoint; --resume goes on.",
      "",
      "Examples:",
      "  masquerade quickstart",
      "  masquerade quickstart --steps 200 --scenes 1024 --out quick"
    })
final class QuickstartCommand implements Callable<Integer> {

  private final Quickstart quickstart;

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
  QuickstartCommand(Quickstart quickstart) {
    this.quickstart = quickstart;
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
    List<String> command = new ArrayList<>(List.of("masquerade"));
    command.addAll(spec.root().commandLine().getParseResult().originalArgs());

    try (LastWords words =
        LastWords.ifStopped(
            "Stopped before training. What is finished in "
                + out
                + " stands; add --resume to go on from there.")) {
      quickstart.prepare(out, scenes);
      quickstart.plan(out, steps == null ? 0 : steps);
    }
    RunOutcome outcome = quickstart.train(out, steps == null ? 0 : steps, command);
    if (!outcome.complete()) {
      return 0;
    }
    EvaluationReport report;
    try (LastWords words =
        LastWords.ifStopped(
            "Stopped during the evaluation. The trained model stands whole in "
                + out.resolve(Quickstart.RUN)
                + "; add --resume to evaluate it without training again.")) {
      report = quickstart.evaluate(out);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    System.out.printf(
        "%nHeld-out scenes, one pass per target (pictures from texts need the sampler):%n%n%s%n",
        report.table());
    long beaten = report.results().stream().filter(result -> result.main().beatsPrior()).count();
    System.out.printf(
        Locale.ROOT,
        "%d of %d tasks are better than without input, after %d:%02d minutes.%n%n",
        beaten,
        report.results().size(),
        took.toMinutes(),
        took.toSecondsPart());
    System.out.println("run           " + out.resolve(Quickstart.RUN));
    System.out.println("pictures      " + out.resolve(Quickstart.RUN).resolve("figures"));
    System.out.println("run file      " + out.resolve(Quickstart.RUN_FILE));
    return 0;
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
