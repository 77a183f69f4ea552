package dev.masquerade.train.config;

import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.masking.MaskingRule;
import dev.masquerade.masking.TaskMasking;
import dev.masquerade.modality.ModalitySpec;
import java.util.List;

/**
 * Masking of autoencoders: one number of visible places for all modalities together.
 *
 * @param masking the rule
 */
public record TasksConfig(TaskMasking masking) implements MaskingConfig {

  @Override
  public MaskingRule rule(List<ModalitySpec> modalities) {
    List<String> problems = masking.problems(modalities);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(
          problems.stream().map(problem -> "masking.tasks: " + problem + ".").toList());
    }
    return masking;
  }

  @Override
  public double nominalTokensPerSample() {
    return 0;
  }
}
