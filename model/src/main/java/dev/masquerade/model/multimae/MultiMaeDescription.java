package dev.masquerade.model.multimae;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.weights.DimensionChain;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ModelFamily;
import dev.masquerade.model.weights.ParameterLayout;
import java.util.List;
import java.util.Locale;

/**
 * A masked autoencoder of several tasks, and the modalities of a run that are its tasks.
 *
 * @param config dimensions and tasks
 * @param modalities in run order; each is the task that its name without a size names
 */
public record MultiMaeDescription(MultiMaeConfig config, List<ModalitySpec> modalities)
    implements ModelDescription {

  public MultiMaeDescription {
    modalities = List.copyOf(modalities);
    TaskModalities.of(config, modalities);
  }

  @Override
  public ModelFamily family() {
    return MultiMaeFamily.INSTANCE;
  }

  @Override
  public ParameterLayout layout() {
    return MultiMaeLayout.of(config);
  }

  @Override
  public DimensionChain chain() {
    return MultiMaeChain.of(config, layout());
  }

  @Override
  public String headline() {
    return String.format(
        Locale.ROOT,
        "masked autoencoder of %s -> %s, width %d, %d blocks, %d heads of %d, feed-forward %d, %d"
            + " global tokens",
        config.inputs().stream().map(InputTask::name).toList(),
        config.outputs().stream().map(OutputTask::name).toList(),
        config.dim(),
        config.depth(),
        config.heads(),
        config.dim() / config.heads(),
        config.hiddenWidth(),
        config.globalTokens());
  }
}
