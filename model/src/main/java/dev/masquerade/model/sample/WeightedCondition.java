package dev.masquerade.model.sample;

import dev.masquerade.modality.ModalityName;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Modalities that pull a prediction towards what they say.
 *
 * @param modalities at least one, in the order given
 * @param weight how strongly; 1 weighs as without guidance, more exaggerates, less than 0 pushes
 *     away
 */
public record WeightedCondition(Set<ModalityName> modalities, double weight) {
  public WeightedCondition {
    modalities = Collections.unmodifiableSet(new LinkedHashSet<>(modalities));
    if (modalities.isEmpty()) {
      throw new IllegalArgumentException("a condition needs at least one modality");
    }
    if (!Double.isFinite(weight)) {
      throw new IllegalArgumentException("the weight of a condition must be finite");
    }
  }

  /** Returns the same weight on these and further modalities. */
  public WeightedCondition with(Set<ModalityName> further) {
    Set<ModalityName> all = new LinkedHashSet<>(modalities);
    all.addAll(further);
    return new WeightedCondition(all, weight);
  }
}
