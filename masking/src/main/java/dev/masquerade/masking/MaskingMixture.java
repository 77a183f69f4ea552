package dev.masquerade.masking;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Random masking of several modalities at once: token budgets for encoder and decoder are shared
 * out by Dirichlet draws, and every modality masks itself within its budgets.
 *
 * <p>One component is drawn per sample and serves both sides.
 *
 * @param components at least one, drawn by their weights
 * @param encoderTokens how many tokens the encoder is given, drawn uniformly per sample
 * @param decoderTokens how many tokens the decoder predicts, drawn uniformly per sample
 * @param limits how few and how many tokens of a modality each side may be given; a modality that
 *     is not named may be given from none to all its layout allows
 * @see <a href="https://arxiv.org/abs/2312.06647">4M: Massively Multimodal Masked Modeling</a>
 */
public record MaskingMixture(
    List<MaskingComponent> components,
    TokenRange encoderTokens,
    TokenRange decoderTokens,
    Map<ModalityName, TokenRange> limits)
    implements MaskingRule {

  public MaskingMixture {
    components = List.copyOf(components);
    limits = Collections.unmodifiableMap(new LinkedHashMap<>(limits));
    if (components.isEmpty()) {
      throw new IllegalArgumentException(
          "a masking mixture has no component. Add one that names the modalities to mask");
    }
  }

  /** Creates a mixture whose modalities are limited by their layouts alone. */
  public MaskingMixture(
      List<MaskingComponent> components, TokenRange encoderTokens, TokenRange decoderTokens) {
    this(components, encoderTokens, decoderTokens, Map.of());
  }

  /** Returns how few and how many tokens of a modality one side may be given. */
  public TokenRange limits(ModalitySpec spec) {
    TokenRange declared = limits.get(spec.name());
    return declared == null ? TokenRange.upTo(spec.layout().maxTokens()) : declared;
  }

  @Override
  public List<String> problems(List<ModalitySpec> modalities) {
    return new ArrayList<>();
  }

  @Override
  public MaskingPolicy policy(List<ModalitySpec> modalities) {
    throw new UnsupportedOperationException("not built yet");
  }
}
