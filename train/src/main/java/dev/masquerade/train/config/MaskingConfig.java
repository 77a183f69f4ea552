package dev.masquerade.train.config;

import dev.masquerade.masking.MaskingRule;
import dev.masquerade.modality.ModalitySpec;
import java.util.List;

/**
 * Which tokens are seen and which are predicted, as far as that can be said before the modalities
 * are opened and their roles are known.
 */
public sealed interface MaskingConfig
    permits MixtureConfig, TransferConfig, PlacesConfig, TasksConfig {

  /**
   * Settles the rule for the modalities of the run.
   *
   * @param modalities as opened, in run order
   * @throws dev.masquerade.data.schema.ConfigurationException with everything that keeps the rule
   *     from working with them
   */
  MaskingRule rule(List<ModalitySpec> modalities);

  /**
   * Returns the tokens, encoder's and decoder's together, that one sample is taken to use where
   * lengths of training are counted in tokens; 0 where that cannot be said.
   */
  double nominalTokensPerSample();
}
