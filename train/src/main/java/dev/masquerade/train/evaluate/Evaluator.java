package dev.masquerade.train.evaluate;

import dev.masquerade.data.scenes.SceneClasses;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.model.tokenizer.TokenizerDevice;
import dev.masquerade.train.OpenRun;
import dev.masquerade.train.checkpoint.RunRefusedException;
import dev.masquerade.train.config.RunConfig;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** Opens runs for evaluation. They may still be training; nothing of theirs is locked. */
public final class Evaluator {

  private static final String SCENES = "masquerade scenes";

  private final ModalityCatalogue catalogue;
  private final ShardSources sources;
  private final TokenizerDevice tokenizers;

  /**
   * Creates an evaluator over what the program knows.
   *
   * @param tokenizers told where a run computes, so that its tokenizers do so too
   */
  @Inject
  public Evaluator(ModalityCatalogue catalogue, ShardSources sources, TokenizerDevice tokenizers) {
    this.catalogue = catalogue;
    this.sources = sources;
    this.tokenizers = tokenizers;
  }

  /**
   * Opens the latest checkpoint of a run with its held-out data.
   *
   * @param directory of the run
   * @throws RunRefusedException if it holds no run, no checkpoint, no held-out data, or a
   *     checkpoint of other modalities or one that predicts no tokens
   */
  public Evaluation open(Path directory) throws IOException {
    OpenRun run = OpenRun.open(directory, catalogue, sources, tokenizers);
    try {
      run.model().tokenPredictor();
      return new Evaluation(run.config(), run.step(), directory, run.data(), run.model());
    } catch (RuntimeException e) {
      run.close();
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
