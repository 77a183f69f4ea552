package dev.masquerade.train.config;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.model.multimae.DecoderShape;
import dev.masquerade.model.multimae.MultiMaeConfig;
import dev.masquerade.model.multimae.MultiMaeDescription;
import dev.masquerade.model.multimae.MultiMaeTasks;
import dev.masquerade.model.multimae.TaskBalance;
import dev.masquerade.model.weights.ModelDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A masked autoencoder of several tasks, which are the modalities of the run.
 *
 * @param preset name its encoder was derived from; empty where there was none
 * @param dim width of the encoder
 * @param depth blocks of the encoder
 * @param heads attention heads of the encoder
 * @param mlpRatio hidden width of its feed-forward parts over its width
 * @param globalTokens trained tokens at the end of every encoder sequence
 * @param decoder of every task
 * @param normalised task with a second decoder of normalised pixels
 * @param lossOverAll whether seen patches count in the losses
 * @param balance how the losses of tasks become one
 * @param initialWeights what it starts from
 */
public record MultiMaeChoice(
    String preset,
    int dim,
    int depth,
    int heads,
    double mlpRatio,
    int globalTokens,
    DecoderShape decoder,
    Optional<String> normalised,
    boolean lossOverAll,
    TaskBalance balance,
    Optional<Path> initialWeights)
    implements ModelChoice {

  @Override
  public ModelDescription describe(List<ModalitySpec> modalities) {
    MultiMaeTasks tasks = MultiMaeTasks.of(modalities, decoder, normalised);
    TokenLayout.Grid grid =
        modalities.stream()
            .map(ModalitySpec::layout)
            .filter(TokenLayout.Grid.class::isInstance)
            .map(TokenLayout.Grid.class::cast)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "model: a masked autoencoder of several tasks needs modalities on grids"));
    return new MultiMaeDescription(
        new MultiMaeConfig(
            dim,
            depth,
            heads,
            mlpRatio,
            globalTokens,
            grid,
            tasks.inputs(),
            tasks.outputs(),
            lossOverAll,
            balance),
        modalities);
  }
}
