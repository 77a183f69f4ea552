package dev.masquerade.model.weights;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.ModelConfig;
import java.util.List;

/**
 * A model and what it is a model of: enough to lay out its tensors.
 *
 * @param config dimensions and choices
 * @param modalities in run order
 */
public record ModelDescription(ModelConfig config, List<ModalitySpec> modalities) {
  public ModelDescription {
    modalities = List.copyOf(modalities);
  }

  /** Returns the model's tensors. */
  public ParameterLayout layout() {
    return ParameterLayout.of(config, modalities);
  }
}
