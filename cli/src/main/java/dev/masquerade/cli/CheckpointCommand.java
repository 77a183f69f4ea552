package dev.masquerade.cli;

import dev.masquerade.model.weights.CheckpointReport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Looks at checkpoints. */
@Command(
    name = "checkpoint",
    description = "Look at checkpoints and weights.",
    subcommands = CheckpointCommand.Show.class)
final class CheckpointCommand extends CommandGroup {

  /** {@code checkpoint show}. */
  @Command(
      name = "show",
      description = {
        "Show names, shapes, parameters and provenance of a checkpoint.",
        "PATH is a run directory, a directory with config.json and model.safetensors,",
        "or a safetensors file.",
        "",
        "Example:",
        "  masquerade checkpoint show runs/scenes"
      })
  static final class Show implements Callable<Integer> {

    @Parameters(paramLabel = "PATH", description = "Run directory, checkpoint or file.")
    private Path path;

    @Override
    public Integer call() throws Exception {
      System.out.print(CheckpointReport.of(path));
      return 0;
    }
  }
}
