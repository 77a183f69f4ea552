package dev.masquerade.cli;

import dev.masquerade.model.weights.CheckpointPath;
import dev.masquerade.model.weights.CheckpointReport;
import dev.masquerade.model.weights.TensorSource;
import dev.masquerade.model.weights.released.Naming;
import dev.masquerade.model.weights.released.WeightConversion;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks at checkpoints, and writes them in other forms. */
@Command(
    name = "checkpoint",
    description = "Look at checkpoints and weights, and convert them.",
    subcommands = {CheckpointCommand.Show.class, CheckpointCommand.Convert.class})
final class CheckpointCommand extends CommandGroup {

  /** {@code checkpoint show}. */
  @Command(
      name = "show",
      description = {
        "Show names, shapes, parameters and provenance of weights: of a run",
        "directory, a directory with config.json and model.safetensors, a safetensors",
        "file, or a .pth file of PyTorch. Nothing in a .pth file is run.",
        "",
        "Examples:",
        "  masquerade checkpoint show runs/scenes",
        "  masquerade checkpoint show mae_pretrain_vit_base.pth"
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

  /** {@code checkpoint convert}. */
  @Command(
      name = "convert",
      sortOptions = false,
      description = {
        "Write weights as safetensors, with their values as they are: a .pth file of PyTorch"
            + " without",
        "its optimizer, a run's latest checkpoint, or a vision transformer under other names.",
        "",
        "Examples:",
        "  masquerade checkpoint convert mae_pretrain_vit_base_full.pth mae-base",
        "  masquerade checkpoint convert lightly.ckpt mae.safetensors --names mae",
        "  masquerade checkpoint convert runs/mae vit.safetensors --names torchvision"
      })
  static final class Convert implements Callable<Integer> {

    @Parameters(
        index = "0",
        paramLabel = "PATH",
        description = "Run directory, checkpoint or file.")
    private Path path;

    @Parameters(
        index = "1",
        paramLabel = "OUT",
        description = "File to write, if it ends in .safetensors, or a directory to make.")
    private Path out;

    @Option(
        names = "--names",
        paramLabel = "SCHEME",
        description =
            "Names to write a vision transformer under: ${COMPLETION-CANDIDATES}. Otherwise names"
                + " stay.")
    private @Nullable Naming names;

    @Option(
        names = "--all",
        description = "Write tensors that are not the model's as well, such as an optimizer's.")
    private boolean all;

    @Override
    public Integer call() throws Exception {
      try (TensorSource file = TensorSource.open(CheckpointPath.weights(path))) {
        WeightConversion.Converted converted =
            WeightConversion.convert(file, out, Optional.ofNullable(names), all);
        System.err.printf("%d tensors, %,d bytes%n", converted.tensors(), converted.bytes());
        if (!converted.left().isEmpty()) {
          System.err.printf(
              "%d tensors were left out, such as %s%n",
              converted.left().size(), converted.left().get(0));
        }
      }
      System.out.println(out);
      return 0;
    }
  }
}
