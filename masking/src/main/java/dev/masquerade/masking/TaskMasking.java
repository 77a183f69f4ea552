package dev.masquerade.masking;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Masking for autoencoders of several modalities: one budget of visible places is shared out over
 * the modalities by a Dirichlet draw, the rest is predicted. A modality that can only be a target
 * is predicted whole and takes no part in the draw; neither does one that a sample lacks.
 *
 * @param visibleTokens places the encoder sees of one sample, of all modalities together; of a
 *     sample with fewer places all are seen
 * @param alpha concentration: small ones give nearly all to one modality, large ones equal shares
 * @param subsets whether first a random set of modalities is drawn, all that are not empty being
 *     equally likely, of which the others receive none
 * @see <a href="https://arxiv.org/abs/2204.01678">MultiMAE: Multi-modal Multi-task Masked
 *     Autoencoders</a>
 */
public record TaskMasking(int visibleTokens, double alpha, boolean subsets) implements MaskingRule {

  public TaskMasking {
    if (visibleTokens < 1) {
      throw new IllegalArgumentException(
          "visibleTokens must be at least 1, so that the encoder sees something, was "
              + visibleTokens);
    }
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("alpha must be a finite number above 0, was " + alpha);
    }
  }

  @Override
  public List<String> problems(List<ModalitySpec> modalities) {
    List<String> problems = new ArrayList<>();
    RunModalities.reportUnfitForAutoencoding(modalities, problems);
    int places =
        modalities.stream()
            .filter(spec -> spec.isInput() && spec.layout() instanceof TokenLayout.Grid)
            .mapToInt(spec -> spec.layout().places())
            .sum();
    if (problems.isEmpty() && visibleTokens >= places) {
      problems.add(
          "task masking shows the encoder "
              + visibleTokens
              + " tokens, but the input modalities have only "
              + places
              + " together, so that nothing is hidden. Lower visible_tokens");
    }
    return problems;
  }

  @Override
  public MaskingPolicy policy(List<ModalitySpec> modalities) {
    RunModalities.refuse(problems(modalities));
    return new TaskPolicy(this, modalities);
  }
}
