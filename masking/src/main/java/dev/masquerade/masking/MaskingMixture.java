package dev.masquerade.masking;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Random masking of several modalities at once: token budgets for encoder and decoder are shared
 * out by Dirichlet draws, and every modality masks itself within its budgets.
 *
 * <p>One component is drawn per sample and serves both sides. Budgets are drawn for every modality
 * whose concentration is not 0, as in the 4M reference: what falls to one that the sample lacks, or
 * that cannot stand on that side, is lost and not given to the others.
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
    List<String> problems = new ArrayList<>();
    Set<ModalityName> known = RunModalities.names(modalities);
    for (int i = 0; i < components.size(); i++) {
      String where = "component " + i + " of the masking mixture";
      MaskingComponent component = components.get(i);
      RunModalities.reportUnknown(component.shares().keySet(), where, known, problems);
      if (modalities.stream()
          .noneMatch(m -> m.isInput() && component.share(m.name()).inputConcentration() > 0)) {
        problems.add(where + " gives no modality that can be an input an input concentration");
      }
      if (modalities.stream()
          .noneMatch(m -> m.isTarget() && component.share(m.name()).targetConcentration() > 0)) {
        problems.add(where + " gives no modality that can be a target a target concentration");
      }
    }
    RunModalities.reportUnknown(limits.keySet(), "the token limits", known, problems);
    for (ModalitySpec spec : modalities) {
      TokenRange range = limits(spec);
      if (range.max() > spec.layout().maxTokens()) {
        problems.add(
            "the token limits allow "
                + range.max()
                + " tokens of "
                + spec.name()
                + ", which has "
                + spec.layout().maxTokens()
                + " at most. Lower the limit");
      }
      reportFewSentinels(spec, range, problems);
    }
    return problems;
  }

  @Override
  public MaskingPolicy policy(List<ModalitySpec> modalities) {
    RunModalities.refuse(problems(modalities));
    return new MixturePolicy(this, modalities);
  }

  // Between two dropped runs at least one token is kept, and runs and kept tokens together fit the
  // input budget, so that a budget of b has at most (b + 1) / 2 runs. One more sentinel closes the
  // target, and sentinel 0 is never used.
  private void reportFewSentinels(ModalitySpec spec, TokenRange range, List<String> problems) {
    if (spec.layout() instanceof TokenLayout.Sequence layout) {
      int budget = Math.min(Math.min(range.max(), encoderTokens.max()), layout.maxTokens());
      int needed = Math.max(1, (budget + 1) / 2) + 2;
      if (layout.marks().sentinelCount() < needed) {
        problems.add(
            spec.name()
                + " has "
                + layout.marks().sentinelCount()
                + " sentinels, but masking up to "
                + budget
                + " of its tokens can need "
                + needed
                + ". Limit its tokens, or use a tokenizer with more sentinels");
      }
    }
  }
}
