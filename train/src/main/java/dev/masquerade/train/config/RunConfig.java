package dev.masquerade.train.config;

import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.schema.FieldPlaces;
import java.nio.file.Path;
import java.util.List;

/**
 * A run, with every default filled in.
 *
 * @param origin file it was read from, and where in it the fields stand, as messages show it
 * @param name of the run
 * @param seed every random draw derives from it
 * @param model the network
 * @param modalities in the order of their tokens in a batch; roles are empty where the kind of
 *     modality decides
 * @param masking which tokens are seen and which are predicted
 * @param data what is read
 * @param optimiser how parameters move
 * @param train how long, and what happens on the way
 * @param evaluation when and on how much held-out data the model is measured
 * @param directory where results go
 */
public record RunConfig(
    FieldPlaces origin,
    String name,
    long seed,
    ModelChoice model,
    List<StoredModality> modalities,
    MaskingConfig masking,
    DataConfig data,
    OptimiserConfig optimiser,
    TrainConfig train,
    EvaluationConfig evaluation,
    Path directory) {

  public RunConfig {
    modalities = List.copyOf(modalities);
    if (modalities.isEmpty()) {
      throw new IllegalArgumentException("run " + name + " has no modalities");
    }
  }
}
