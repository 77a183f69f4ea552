package dev.masquerade.model.weights;

import com.google.gson.JsonObject;
import dev.masquerade.modality.ModalitySpec;
import java.util.List;

/**
 * A family whose models stand in {@code config.json} under the key {@code masquerade}, by name:
 * every family but 4M, whose config has keys of its own. {@code ModelFamilies} lists them.
 */
public interface ConfiguredFamily extends ModelFamily {

  /**
   * Returns the model's part of {@code config.json}, without its modalities.
   *
   * @param description of this family
   */
  JsonObject write(ModelDescription description);

  /**
   * Reads what {@link #write} wrote.
   *
   * @param config the model's part
   * @param modalities in run order
   * @throws IllegalArgumentException if it describes no model, naming the key
   */
  ModelDescription read(ConfigValues config, List<ModalitySpec> modalities);
}
