package dev.masquerade.model.weights;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

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

  /** Returns the model without its adapters. */
  public FourMDescription withoutAdapters() {
    return new FourMDescription(config.toBuilder().lora(Optional.empty()).build(), modalities);
  }

  /** Returns the modalities of pixels that it sees. */
  public List<ModalitySpec> pictures() {
    return modalities.stream()
        .filter(ModalitySpec::isInput)
        .filter(modality -> modality.space() instanceof TokenSpace.Pixels)
        .toList();
  }

  /**
   * Returns the encoder alone, over some of what it sees. Its tensors have the names that they have
   * in the whole model.
   *
   * @param seen of {@link #modalities}; predicted by nothing
   */
  public FourMDescription encoderOf(List<ModalitySpec> seen) {
    Set<String> names = new TreeSet<>();
    List<ModalitySpec> inputs = new ArrayList<>();
    for (ModalitySpec modality : seen) {
      names.add(modality.name().value());
      inputs.add(
          new ModalitySpec(
              modality.name(), modality.space(), modality.layout(), Set.of(Role.INPUT)));
    }
    Set<String> learned = new TreeSet<>(config.learnedPositions());
    learned.retainAll(names);
    Map<String, Integer> positions = new TreeMap<>(config.sequencePositionsOf());
    positions.keySet().retainAll(names);
    return new FourMDescription(
        config.toBuilder()
            .decoderDepth(0)
            .tiedHeads(false)
            .learnedPositions(learned)
            .sequencePositionsOf(positions)
            .build(),
        inputs);
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
        "width %d, %d encoder and %d decoder blocks, %d heads of %d, feed-forward %d (%s)%s",
        config.dim(),
        config.encoderDepth(),
        config.decoderDepth(),
        config.heads(),
        config.headWidth(),
        config.hiddenWidth(),
        config.activation(),
        config
            .lora()
            .map(
                lora ->
                    String.format(
                        Locale.ROOT,
                        ", adapters of rank %d at %s",
                        lora.rank(),
                        lora.parts().name().toLowerCase(Locale.ROOT).replace('_', ' ')))
            .orElse(""));
  }
}
