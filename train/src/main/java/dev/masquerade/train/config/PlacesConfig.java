package dev.masquerade.train.config;

import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.masking.MaskingRule;
import dev.masquerade.masking.PlaceMasking;
import dev.masquerade.masking.place.PlaceMaker;
import dev.masquerade.modality.ModalitySpec;
import java.util.List;

/**
 * Masking of autoencoders: each modality by itself.
 *
 * @param maker masks every modality
 */
public record PlacesConfig(PlaceMaker maker) implements MaskingConfig {

  @Override
  public MaskingRule rule(List<ModalitySpec> modalities) {
    PlaceMasking masking = new PlaceMasking(maker);
    List<String> problems = masking.problems(modalities);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(
          problems.stream().map(problem -> "masking.places: " + problem + ".").toList());
    }
    return masking;
  }

  @Override
  public double nominalTokensPerSample() {
    return 0;
  }
}
