package dev.masquerade.model.vit;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.weights.ParameterLayout;
import java.util.List;

/**
 * A vision transformer and what it sees.
 *
 * @param config dimensions and choices
 * @param image pixels or vectors on a grid; where the grid is not the config's, the position table
 *     is resized
 */
public record VitDescription(VitConfig config, ModalitySpec image) {

  public VitDescription {
    VitImage.grid(config, image);
  }

  /** Returns the model's tensors. */
  public ParameterLayout layout() {
    return VitTensors.of(config);
  }

  /** Returns the image alone. */
  public List<ModalitySpec> modalities() {
    return List.of(image);
  }
}
