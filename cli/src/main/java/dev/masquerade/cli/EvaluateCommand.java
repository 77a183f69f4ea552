package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.train.evaluate.Evaluation;
import dev.masquerade.train.evaluate.EvaluationReport;
import dev.masquerade.train.evaluate.EvaluationSettings;
import dev.masquerade.train.evaluate.Evaluator;
import dev.masquerade.train.evaluate.GenerationReport;
import dev.masquerade.train.evaluate.GenerationSettings;
import dev.masquerade.train.evaluate.GenerationTask;
import dev.masquerade.train.evaluate.ModalityPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures a run on held-out samples. */
@Command(
    name = "evaluate",
    sortOptions = false,
    description = {
      "Measure any modality from any other, and draw predictions.",
      "Every number stands beside what a model that sees no input would get, and",
      "beside what the tokenizer itself allows. Writes evaluation.json,",
      "evaluation.txt and figures/ into the run.",
      "With --pairs, whole results are generated and measured by what they show or",
      "say; writes generation.json, generation.txt and figures/.",
      "",
      "Examples:",
      "  masquerade evaluate runs/scenes",
      "  masquerade evaluate runs/scenes --pairs all",
      "  masquerade evaluate runs/scenes --pairs rgb:caption,caption:semseg:tok_rgb"
    })
final class EvaluateCommand implements Callable<Integer> {

  private final Evaluator evaluator;

  @Parameters(paramLabel = "RUN", description = "The run directory.")
  private Path run;

  @Option(
      names = "--pairs",
      paramLabel = "all|TASKS",
      description =
          "Generate: all for every input with every target, or GIVEN:MADE, a chain as"
              + " GIVEN:MADE:MADE, several with commas.")
  private @Nullable String pairs;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Held-out samples to measure on (128; 64 with --pairs).")
  private @Nullable Integer samples;

  @Option(
      names = "--pictures",
      defaultValue = "6",
      description = "Samples in each figure; 0 for no figures (${DEFAULT-VALUE}).")
  private int pictures;

  @Inject
  EvaluateCommand(Evaluator evaluator) {
    this.evaluator = evaluator;
  }

  @Override
  public Integer call() throws Exception {
    if (samples != null && samples < 1 || pictures < 0) {
      throw new MistakeException("--samples must be at least 1 and --pictures at least 0.");
    }
    String table;
    try (LastWords words =
        LastWords.ifStopped("Stopped. The run stands as it was; evaluate it again for numbers.")) {
      table =
          pairs == null
              ? evaluate(evaluator, run, countOr(128), pictures, pair -> true).table()
              : generate(evaluator, run, countOr(64), pictures, pairs).table();
    }
    System.out.print(table);
    System.out.println();
    System.out.println(
        "numbers       " + run.resolve(pairs == null ? "evaluation.json" : "generation.json"));
    System.out.println("pictures      " + run.resolve("figures"));
    return 0;
  }

  /**
   * Measures, writes what was measured, and draws.
   *
   * @param chosen which tasks to measure
   */
  static EvaluationReport evaluate(
      Evaluator evaluator, Path run, int samples, int pictures, Predicate<ModalityPair> chosen)
      throws Exception {
    try (Evaluation evaluation = evaluator.open(run)) {
      List<ModalityPair> pairs = evaluation.pairs().stream().filter(chosen).toList();
      EvaluationReport report;
      try (ProgressBar bar = ProgressLine.start("evaluate", pairs.size())) {
        report =
            evaluation.measureAndWrite(
                EvaluationSettings.DEFAULT.withSamples(samples).withPairs(pairs),
                result -> bar.step());
      }
      Files.writeString(run.resolve("evaluation.txt"), report.table());
      if (pictures > 0) {
        FigureEvents.write(RunFigures.draw(evaluation, run, pictures), report.step());
      }
      return report;
    }
  }

  private int countOr(int otherwise) {
    return samples == null ? otherwise : samples;
  }

  /**
   * Generates, writes what was measured, and draws.
   *
   * @param written tasks as {@link GenerationTasks} reads them
   */
  static GenerationReport generate(
      Evaluator evaluator, Path run, int samples, int pictures, String written) throws Exception {
    try (Evaluation evaluation = evaluator.open(run)) {
      List<GenerationTask> tasks = GenerationTasks.read(written, evaluation);
      GenerationReport report;
      try (ProgressBar bar = ProgressLine.start("generate", tasks.size())) {
        report =
            evaluation.generateAndWrite(
                GenerationSettings.DEFAULT.withSamples(samples).withTasks(tasks),
                result -> bar.step());
      }
      Files.writeString(run.resolve("generation.txt"), report.table());
      GenerationFigures.removeOld(run);
      if (pictures > 0) {
        GenerationFigures.draw(evaluation, run, tasks, pictures);
        FigureEvents.write(run.resolve("figures"), report.step());
      }
      return report;
    }
  }
}
