package dev.masquerade.model.mae;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.vit.VitImage;
import dev.masquerade.model.weights.ParameterLayout;
import java.util.List;

/**
 * A masked autoencoder and what it sees and predicts.
 *
 * @param config dimensions and choices
 * @param image pixels or vectors on a grid; where the grid is not the config's, position tables are
 *     resized
 */
public record MaeDescription(MaeConfig config, ModalitySpec image) {

  public MaeDescription {
    VitImage.grid(config.encoder(), image);
  }

  /** Returns the model's tensors. */
  public ParameterLayout layout() {
    return MaeTensors.of(config);
  }

  /** Returns the image alone. */
  public List<ModalitySpec> modalities() {
    return List.of(image);
  }
}
