package dev.masquerade.cli;

import dev.masquerade.model.weights.CheckpointReport;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks at checkpoints, and writes them in other forms. */
@Command(
    name = "checkpoint",
    description = "Look at checkpoints and weights, and convert them.",
    subcommands = {CheckpointCommand.Show.class, ConvertCommand.class})
final class CheckpointCommand extends CommandGroup {

  /** {@code checkpoint show}. */
  @Command(
      name = "show",
      description = {
        "Show what weights are, their parts, parameters and provenance: of a run",
        "directory, a directory with config.json and model.safetensors, a safetensors",
        "file, or a .pth file of PyTorch. Nothing in a .pth file is run. The exit code is 2",
        "where weights do not fit their config, or it cannot be read.",
        "",
        "Examples:",
        "  masquerade checkpoint show runs/scenes",
        "  masquerade checkpoint show mae_pretrain_vit_base.pth"
      })
  static final class Show implements Callable<Integer> {

    @Parameters(paramLabel = "PATH", description = "Run directory, checkpoint or file.")
    private Path path;

    @Option(names = "--all", description = "List every tensor with its shape.")
    private boolean all;

    @Override
    public Integer call() throws Exception {
      CheckpointReport.Finding found = CheckpointReport.examine(path, all);
      System.out.print(found.text());
      return found.usable() ? 0 : FailureReport.MISTAKE;
    }
  }
}
