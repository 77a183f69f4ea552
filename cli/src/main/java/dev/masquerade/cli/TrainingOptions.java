package dev.masquerade.cli;

import dev.masquerade.data.schema.FieldOverrides;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.model.weights.ModelSummary;
import dev.masquerade.train.RunRequest;
import dev.masquerade.train.TrainingRun;
import dev.masquerade.train.config.RunConfig;
import dev.masquerade.train.config.RunConfigReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Options of commands that train what a run file says. */
final class TrainingOptions {

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

  Path file() {
    return file;
  }

  /**
   * Trains, or prints what would be trained.
   *
   * @param check refuses runs that the command is not for
   * @param spec of the command, for the record of the command line
   */
  int run(
      ModalityCatalogue catalogue,
      TrainingRun training,
      Consumer<RunConfig> check,
      CommandSpec spec)
      throws Exception {
    RunConfig config =
        new RunConfigReader(catalogue.names()).read(file, FieldOverrides.of(overrides));
    check.accept(config);
    if (summary) {
      System.out.print(ModelSummary.of(training.describe(config)));
      return 0;
    }
    List<String> command = new ArrayList<>(List.of("masquerade"));
    command.addAll(spec.root().commandLine().getParseResult().originalArgs());
    PretrainCommand.train(training, new RunRequest(config, resume, command));
    System.out.println("run           " + config.directory());
    return 0;
  }
}
