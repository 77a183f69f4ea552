package dev.masquerade.train.config;

import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.masking.MaskingComponent;
import dev.masquerade.masking.MaskingMixture;
import dev.masquerade.masking.MaskingRule;
import dev.masquerade.masking.TokenRange;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Masking by token budgets, before the roles of modalities are known.
 *
 * @param components at least one
 * @param encoderTokens tokens the encoder is given of one sample
 * @param decoderTokens tokens the decoder predicts of one sample
 * @param limits tokens of single modalities
 */
public record MixtureConfig(
    List<ComponentConfig> components,
    TokenRange encoderTokens,
    TokenRange decoderTokens,
    Map<ModalityName, LimitConfig> limits)
    implements MaskingConfig {

  public MixtureConfig {
    components = List.copyOf(components);
    limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
    if (components.isEmpty()) {
      throw new IllegalArgumentException("a masking mixture has no component");
    }
  }

  @Override
  public MaskingRule rule(List<ModalitySpec> modalities) {
    List<String> problems = new ArrayList<>();
    List<MaskingComponent> settled = new ArrayList<>();
    for (int i = 0; i < components.size(); i++) {
      String where = "masking.mixture[" + i + "]: ";
      components.get(i).settle(modalities, where, problems).ifPresent(settled::add);
    }
    if (problems.isEmpty()) {
      Map<ModalityName, TokenRange> ranges = new LinkedHashMap<>();
      for (ModalitySpec spec : modalities) {
        LimitConfig limit = limits.get(spec.name());
        if (limit != null) {
          ranges.put(spec.name(), limit.of(spec));
        }
      }
      MaskingMixture mixture = new MaskingMixture(settled, encoderTokens, decoderTokens, ranges);
      mixture.problems(modalities).forEach(problem -> problems.add("masking: " + problem + "."));
      if (problems.isEmpty()) {
        return mixture;
      }
    }
    throw new ConfigurationException(problems);
  }

  @Override
  public double nominalTokensPerSample() {
    return mean(encoderTokens) + mean(decoderTokens);
  }

  private static double mean(TokenRange range) {
    return ((double) range.min() + range.max()) / 2;
  }
}
