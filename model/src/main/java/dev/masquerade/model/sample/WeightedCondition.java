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

  /**
   * Says whether it pulls a target anywhere: what is known of a target is seen in every pass, so
   * that a condition of the target alone says nothing.
   */
  public boolean guides(ModalityName target) {
    return modalities.stream().anyMatch(name -> !name.equals(target));
  }

  /**
   * Returns what can guide a target: what is shown beside the target itself, else what was
   * generated before.
   *
   * @param shown modalities of the conditions
   * @param earlier targets before, where conditions grow; else none
   * @return empty where nothing can
   */
  public static Set<ModalityName> beside(
      ModalityName target, Set<ModalityName> shown, Set<ModalityName> earlier) {
    Set<ModalityName> others = new LinkedHashSet<>(shown);
    others.remove(target);
    if (others.isEmpty()) {
      others.addAll(earlier);
      others.remove(target);
    }
    return others;
  }

  /** Returns the same weight on these and further modalities. */
  public WeightedCondition with(Set<ModalityName> further) {
    Set<ModalityName> all = new LinkedHashSet<>(modalities);
    all.addAll(further);
    return new WeightedCondition(all, weight);
  }
}
