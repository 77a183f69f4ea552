package dev.masquerade.model.sample;

import dev.masquerade.modality.ModalityName;
import java.util.List;
import java.util.Set;

/**
 * Guidance without a classifier: the model predicts once without any condition and once with each,
 * and {@code logits = u + sum of weight_i (c_i - u)}.
 *
 * @param conditions each sees its own modalities alone; empty for no guidance, where everything
 *     known is seen in one prediction
 * @see <a href="https://arxiv.org/abs/2207.12598">Classifier-Free Diffusion Guidance</a>
 */
public record Guidance(List<WeightedCondition> conditions) {

  /** One prediction that sees everything. */
  public static final Guidance NONE = new Guidance(List.of());

  public Guidance {
    conditions = List.copyOf(conditions);
  }

  /** Says whether there is nothing to combine. */
  public boolean isNone() {
    return conditions.isEmpty();
  }

  /** Returns the same guidance, each of whose conditions sees further modalities. */
  public Guidance with(Set<ModalityName> further) {
    return new Guidance(conditions.stream().map(condition -> condition.with(further)).toList());
  }
}
