package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.data.schema.FieldOverrides;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.model.weights.ModelSummary;
import dev.masquerade.train.RunOutcome;
import dev.masquerade.train.RunRequest;
import dev.masquerade.train.TrainingRun;
import dev.masquerade.train.config.RunConfig;
import dev.masquerade.train.config.RunConfigReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains a model. */
@Command(
    name = "pretrain",
    sortOptions = false,
    description = {
      "Train a model as a run file says.",
      "Ctrl-C stops after writing a checkpoint; --resume goes on from the last one,",
      "with the same losses and samples as a run that was never stopped.",
      "",
      "Examples:",
      "  masquerade pretrain run.textproto",
      "  masquerade pretrain run.textproto --set train.steps=100 \\",
      "    --set output.directory=runs/try",
      "  masquerade pretrain run.textproto --resume",
      "  masquerade pretrain run.textproto --summary"
    })
final class PretrainCommand implements Callable<Integer> {

  private final ModalityCatalogue catalogue;
  private final TrainingRun training;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The run file.")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "FIELD=VALUE",
      description = "Override a field of the run file, such as train.steps=100; repeatable.")
  private List<String> overrides = List.of();

  @Option(names = "--resume", description = "Go on with what the run directory holds.")
  private boolean resume;

  @Option(
      names = "--summary",
      description =
          "Print the network with the shapes of its tensors, the widths where its parts meet, and"
              + " its parameters, and train nothing.")
  private boolean summary;

  @Inject
  PretrainCommand(ModalityCatalogue catalogue, TrainingRun training) {
    this.catalogue = catalogue;
    this.training = training;
  }

  @Override
  public Integer call() throws Exception {
    RunConfig config =
        new RunConfigReader(catalogue.names()).read(file, FieldOverrides.of(overrides));
    if (summary) {
      System.out.print(ModelSummary.of(training.describe(config)));
      return 0;
    }
    List<String> command = new ArrayList<>(List.of("masquerade"));
    command.addAll(spec.root().commandLine().getParseResult().originalArgs());
    train(training, new RunRequest(config, resume, command));
    System.out.println("run           " + config.directory());
    return 0;
  }

  /**
   * Runs a training with its progress on the screen, until its end or Ctrl-C. Where it was stopped
   * it says so before the process may end.
   */
  static RunOutcome train(TrainingRun training, RunRequest request) throws Exception {
    try (TrainingScreen screen = new TrainingScreen();
        Interruption interruption = Interruption.listen()) {
      RunOutcome outcome = training.run(request, screen, interruption.request());
      if (!outcome.complete()) {
        System.out.println("Stopped at step " + outcome.step() + ". Add --resume to go on.");
      }
      return outcome;
    }
  }
}
