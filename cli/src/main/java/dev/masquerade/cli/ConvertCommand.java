package dev.masquerade.cli;

import dev.masquerade.model.weights.CheckpointPath;
import dev.masquerade.model.weights.FourMDescription;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.model.weights.TensorSource;
import dev.masquerade.model.weights.pickle.PickledFile;
import dev.masquerade.model.weights.released.ModelConversion;
import dev.masquerade.model.weights.released.Naming;
import dev.masquerade.model.weights.released.Packaging;
import dev.masquerade.model.weights.released.WeightChoice;
import dev.masquerade.model.weights.released.WeightConversion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code checkpoint convert}. */
@Command(
    name = "convert",
    sortOptions = false,
    description = {
      "Write weights in another form: a .pth file of PyTorch without its optimizer, a run's latest",
      "checkpoint, a released directory, or a vision transformer under other names. Where nothing",
      "but the place changes, files are copied byte by byte.",
      "",
      "Examples:",
      "  masquerade checkpoint convert runs/fm fm-hub",
      "  masquerade checkpoint convert 4M-7_B_CC12M runs/4m-7-b --to run",
      "  masquerade checkpoint convert checkpoint-499.pth fm --weights ema",
      "  masquerade checkpoint convert runs/fm-lora fm-fused --fuse",
      "  masquerade checkpoint convert 4M-21_B rgb-encoder --to vit",
      "  masquerade checkpoint convert mae_pretrain_vit_base_full.pth mae-base",
      "  masquerade checkpoint convert runs/mae vit.safetensors --names torchvision"
    })
final class ConvertCommand implements Callable<Integer> {

  /** What is made of a model. */
  enum Form {
    /** A directory as models are released. */
    HUB,
    /** A run directory with one checkpoint. */
    RUN,
    /** The encoder of a 4M model over its picture alone. */
    VIT
  }

  @Parameters(index = "0", paramLabel = "PATH", description = "Run directory, checkpoint or file.")
  private Path path;

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "File to write, if it ends in .safetensors, or a directory to make.")
  private Path out;

  @Option(
      names = "--to",
      paramLabel = "hub|run|vit",
      description =
          "A directory as models are released (the default), a run directory, or the encoder of a"
              + " 4M model that sees pictures alone.")
  private @Nullable Form form;

  @Option(
      names = "--picture",
      paramLabel = "NAME",
      defaultValue = "",
      description = "What --to vit sees, where the model sees several pictures.")
  private String picture = "";

  @Option(
      names = "--weights",
      paramLabel = "auto|model|ema",
      defaultValue = "AUTO",
      description = "Which model of a training program's file is meant (the trained one).")
  private WeightChoice choice = WeightChoice.AUTO;

  @Option(names = "--fuse", description = "Make low-rank adapters part of the maps they adapt.")
  private boolean fuse;

  @Option(
      names = "--scale",
      paramLabel = "NUMBER",
      description = "Scale of adapters that another program wrote.")
  private @Nullable Double scale;

  @Option(
      names = "--bf16",
      description =
          "Store weights as bfloat16, half as large. Codes of tokenizers and position tables stay"
              + " exact.")
  private boolean bfloat16;

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
    if (scale != null && !fuse) {
      throw new MistakeException("--scale says how adapters are fused; add --fuse.");
    }
    if (!picture.isEmpty() && form != Form.VIT) {
      throw new MistakeException("--picture says what --to vit sees; add --to vit.");
    }
    boolean remade = fuse || bfloat16 || form == Form.VIT || choice != WeightChoice.AUTO;
    if ((names != null || all) && (remade || form != null)) {
      throw new MistakeException(
          "--names and --all write tensors as they are and do not go with --to, --weights, --fuse"
              + " or --bf16.");
    }
    boolean file = out.getFileName().toString().endsWith(".safetensors");
    if (file && form == Form.RUN) {
      throw new MistakeException("--to run makes a directory; " + out + " names a file.");
    }
    Path weights = CheckpointPath.weights(path);
    if (names != null || all) {
      renamed(weights);
    } else if (fuse && scale != null) {
      try (StoredModel stored = StoredModel.openFused(weightsOrDirectory(), choice, scale)) {
        remade(stored);
      }
    } else if (StoredModel.describesItself(weights)) {
      try (StoredModel stored = StoredModel.open(weightsOrDirectory(), choice)) {
        if (remade || file || isPickled(weights)) {
          StoredModel fused = fuse ? stored.fused() : stored;
          if (fuse && fused.equals(stored)) {
            System.err.println(path + " has no adapters: there was nothing to fuse.");
          }
          remade(fused);
        } else {
          stored.match().require();
          copied(weights, stored.description());
        }
      }
    } else if (remade || form != null) {
      throw new MistakeException(
          path
              + " does not say what model it is: config.json is missing. --to, --weights, --fuse"
              + " and --bf16 need it.");
    } else {
      renamed(weights);
    }
    System.out.println(out);
    return 0;
  }

  /**
   * Returns the directory of the weights, so that its config counts, or the file that was named.
   */
  private Path weightsOrDirectory() throws IOException {
    Path weights = CheckpointPath.weights(path);
    boolean main = weights.endsWith(StoredModel.WEIGHTS) || weights.endsWith(StoredModel.INDEX);
    Path parent = weights.toAbsolutePath().getParent();
    return main && parent != null ? parent : weights;
  }

  private static boolean isPickled(Path weights) throws IOException {
    return PickledFile.isPickled(weights);
  }

  private Packaging packaging() {
    return form == Form.RUN ? Packaging.RUN : Packaging.HUB;
  }

  private void copied(Path weights, ModelDescription model) throws IOException {
    packaging()
        .copy(weights, out, model)
        .forEach(copied -> System.err.println(copied.getFileName() + " copied as it is"));
  }

  private void remade(StoredModel stored) throws IOException {
    stored.taken().ifPresent(taken -> System.err.println("taken: " + taken.describe()));
    boolean adapted =
        stored.description() instanceof FourMDescription model && model.config().lora().isPresent();
    if (form == Form.VIT && adapted) {
      throw new MistakeException(path + " has adapters. Add --fuse to take an encoder from it.");
    }
    ModelDescription model =
        form == Form.VIT ? ModelConversion.vit(stored, picture) : stored.description();
    ModelConversion.Written written =
        ModelConversion.write(stored, model, bfloat16, out, packaging());
    System.err.printf(
        "%s%n%d tensors, %,d bytes%n",
        written.model().headline(), written.tensors(), written.bytes());
  }

  private void renamed(Path weights) throws IOException {
    try (TensorSource source = TensorSource.open(weights)) {
      WeightConversion.Converted converted =
          WeightConversion.convert(source, out, Optional.ofNullable(names), all);
      System.err.printf("%d tensors, %,d bytes%n", converted.tensors(), converted.bytes());
      if (!converted.left().isEmpty()) {
        System.err.printf(
            "%d tensors were left out, such as %s%n",
            converted.left().size(), converted.left().get(0));
      }
    }
  }
}
