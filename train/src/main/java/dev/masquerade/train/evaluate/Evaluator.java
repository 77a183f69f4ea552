package dev.masquerade.train.evaluate;

import dev.masquerade.data.scenes.SceneClasses;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.train.RunData;
import dev.masquerade.train.RunModel;
import dev.masquerade.train.checkpoint.CheckpointStore;
import dev.masquerade.train.checkpoint.RunRefusedException;
import dev.masquerade.train.config.RunConfig;
import dev.masquerade.train.config.RunConfigReader;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;

/** Opens runs for evaluation. They may still be training; nothing of theirs is locked. */
public final class Evaluator {

  private static final String SCENES = "masquerade scenes";

  private final ModalityCatalogue catalogue;
  private final ShardSources sources;

  /** Creates an evaluator over what the program knows. */
  @Inject
  public Evaluator(ModalityCatalogue catalogue, ShardSources sources) {
    this.catalogue = catalogue;
    this.sources = sources;
  }

  /**
   * Opens the latest checkpoint of a run with its held-out data.
   *
   * @param directory of the run
   * @throws RunRefusedException if it holds no run, no checkpoint, no held-out data, or a
   *     checkpoint of other modalities
   */
  public Evaluation open(Path directory) throws IOException {
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
      try {
        model.tokenPredictor();
      } catch (RunRefusedException e) {
        model.close();
        throw e;
      }
      return new Evaluation(config, step.getAsLong(), directory, data, model);
    } catch (IOException | RuntimeException e) {
      data.close();
      throw e;
    }
  }

  /**
   * Returns the classes of a run's segmentation maps that are no objects, where its data tell:
   * those of scenes we rendered ourselves.
   */
  static Set<Integer> surroundings(RunConfig config) {
    boolean scenes =
        config.data().sources().stream()
            .allMatch(source -> source.manifest().provenance().generator().startsWith(SCENES));
    return scenes ? Set.of(SceneClasses.BACKGROUND, SceneClasses.TABLE) : Set.of();
  }
}
