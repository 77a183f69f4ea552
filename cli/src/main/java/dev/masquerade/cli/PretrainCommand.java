package dev.masquerade.cli;

import com.google.inject.Inject;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.train.RunOutcome;
import dev.masquerade.train.RunRequest;
import dev.masquerade.train.TrainingRun;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
  @Mixin private TrainingOptions options;

  @Inject
  PretrainCommand(ModalityCatalogue catalogue, TrainingRun training) {
    this.catalogue = catalogue;
    this.training = training;
  }

  @Override
  public Integer call() throws Exception {
    return options.run(catalogue, training, config -> {}, spec);
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
