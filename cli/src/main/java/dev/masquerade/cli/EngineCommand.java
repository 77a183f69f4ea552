package dev.masquerade.cli;

import dev.masquerade.model.engine.EngineReport;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** What computes here, and whether it computes rightly. */
@Command(
    name = "engine",
    description = "Look at the engine that computes.",
    subcommands = EngineCommand.Check.class)
final class EngineCommand extends CommandGroup {

  /** {@code engine check}. */
  @Command(
      name = "check",
      description = {
        "Say which engine and devices were found, and try one training step on each.",
        "Exits with 1 where a step fails.",
        "",
        "To use a GPU through an installed PyTorch:",
        "  PYTORCH_LIBRARY_PATH=.../torch/lib PYTORCH_VERSION=2.7.1 \\",
        "    PYTORCH_FLAVOR=cu128 masquerade engine check"
      })
  static final class Check implements Callable<Integer> {
    @Override
    public Integer call() {
      EngineReport report = EngineReport.examine();
      System.out.print(report);
      return report.steps().stream().allMatch(EngineReport.Step::proven) ? 0 : FailureReport.FAILED;
    }
  }
}
