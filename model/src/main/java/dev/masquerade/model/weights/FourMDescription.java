package dev.masquerade.model.weights;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.ModelConfig;
import java.util.List;
import java.util.Locale;

/**
 * A model of the 4M family: an encoder-decoder over tokens, or its encoder alone.
 *
 * @param config dimensions and choices
 * @param modalities in run order
 */
public record FourMDescription(ModelConfig config, List<ModalitySpec> modalities)
    implements ModelDescription {

  public FourMDescription {
    modalities = List.copyOf(modalities);
  }

  @Override
  public ModelFamily family() {
    return FourMFamily.INSTANCE;
  }

  @Override
  public ParameterLayout layout() {
    return ParameterLayout.of(config, modalities);
  }

  @Override
  public DimensionChain chain() {
    return DimensionChain.of(config, layout());
  }

  @Override
  public String headline() {
    return String.format(
        Locale.ROOT,
        "width %d, %d encoder and %d decoder blocks, %d heads of %d, feed-forward %d (%s)",
        config.dim(),
        config.encoderDepth(),
        config.decoderDepth(),
        config.heads(),
        config.headWidth(),
        config.hiddenWidth(),
        config.activation());
  }
}
