package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.train.TrainingRun;
import dev.masquerade.train.config.RunConfig;
import dev.masquerade.train.config.TokenizerChoice;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code tokenizer train}: the run loop of {@code pretrain} for networks that make ids. */
@Command(
    name = "train",
    sortOptions = false,
    description = {
      "Learn a tokenizer as a run file with model.tokenizer says.",
      "Ctrl-C stops after writing a checkpoint; --resume goes on from the last one. The run",
      "directory is a tokenizer: name it where a modality or tokenize asks for one.",
      "",
      "Example:",
      "  masquerade tokenizer train vq.textproto",
      "  masquerade tokenizer check runs/vq --data data/scenes/manifest.textproto"
    })
final class TokenizerTrainCommand implements Callable<Integer> {

  private final ModalityCatalogue catalogue;
  private final TrainingRun training;

  @Spec private CommandSpec spec;
  @Mixin private TrainingOptions options;

  @Inject
  TokenizerTrainCommand(ModalityCatalogue catalogue, TrainingRun training) {
    this.catalogue = catalogue;
    this.training = training;
  }

  @Override
  public Integer call() throws Exception {
    return options.run(catalogue, training, this::requireTokenizer, spec);
  }

  private void requireTokenizer(RunConfig config) {
    if (!(config.model() instanceof TokenizerChoice)) {
      throw new MistakeException(
          options.file()
              + " describes no tokenizer: model.tokenizer is missing. Train other models with"
              + " \"masquerade pretrain\".");
    }
  }
}
