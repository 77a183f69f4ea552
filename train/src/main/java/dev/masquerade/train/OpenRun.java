package dev.masquerade.train;

import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.model.tokenizer.TokenizerDevice;
import dev.masquerade.train.checkpoint.CheckpointStore;
import dev.masquerade.train.checkpoint.RunRefusedException;
import dev.masquerade.train.config.RunConfig;
import dev.masquerade.train.config.RunConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The latest checkpoint of a run with its data, open for evaluation. The run may still be training;
 * nothing of its is locked. Closing it closes both.
 *
 * @param directory of the run
 * @param config of the run
 * @param step of the checkpoint
 * @param data of the run, some of it held out
 * @param model of the checkpoint, of the data's modalities
 */
public record OpenRun(Path directory, RunConfig config, long step, RunData data, RunModel model)
    implements AutoCloseable {

  /**
   * Opens a run, and sends its tokenizers where it computes.
   *
   * @param tokenizers told so, before a tokenizer is used
   * @throws RunRefusedException if it holds no run, no checkpoint, no held-out data, or a
   *     checkpoint of other modalities
   */
  public static OpenRun open(
      Path directory, ModalityCatalogue catalogue, ShardSources sources, TokenizerDevice tokenizers)
      throws IOException {
    Path file = directory.resolve("run.textproto");
    if (!Files.isRegularFile(file)) {
      throw new RunRefusedException(
          directory + " holds no run (run.textproto is missing). Name a directory below runs/");
    }
    RunConfig config = new RunConfigReader(catalogue.names()).read(file);
    CheckpointStore checkpoints =
        new CheckpointStore(directory.resolve("checkpoints"), CheckpointStore.KEEP_ALL);
    OptionalLong step = checkpoints.latest();
    if (step.isEmpty()) {
      throw new RunRefusedException(
          directory + " has no checkpoint yet. Train it first: pretrain run.textproto");
    }
    if (config.data().validation().isEmpty()) {
      throw new RunRefusedException(
          directory
              + " has no held-out data: give data.validation, or a manifest with a split"
              + " \"validation\"");
    }
    tokenizers.choose(config.train().device());
    RunData data = RunData.open(config, catalogue, sources);
    try {
      RunModel model =
          RunModel.open(
              checkpoints.path(step.getAsLong()),
              config.train().device(),
              config.train().precision());
      if (!model.description().modalities().equals(data.modalities())) {
        model.close();
        throw new RunRefusedException(
            "the checkpoint of step "
                + step.getAsLong()
                + " has the modalities "
                + model.description().modalities()
                + ", the run's data "
                + data.modalities());
      }
      return new OpenRun(directory, config, step.getAsLong(), data, model);
    } catch (IOException | RuntimeException e) {
      data.close();
      throw e;
    }
  }

  @Override
  public void close() {
    model.close();
    data.close();
  }
}
