package dev.masquerade.train.config;

import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.masking.MaskingRule;
import dev.masquerade.masking.TransferMasking;
import dev.masquerade.modality.ModalitySpec;
import java.util.List;

/**
 * Masking by whole modalities.
 *
 * @param masking the rule
 */
public record TransferConfig(TransferMasking masking) implements MaskingConfig {

  @Override
  public MaskingRule rule(List<ModalitySpec> modalities) {
    List<String> problems = masking.problems(modalities);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems.stream().map(p -> "masking: " + p + ".").toList());
    }
    return masking;
  }

  @Override
  public double nominalTokensPerSample() {
    return 0;
  }
}
