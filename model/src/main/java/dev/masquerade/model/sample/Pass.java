package dev.masquerade.model.sample;

import dev.masquerade.modality.ModalityName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One of the predictions that guidance combines.
 *
 * <p>A condition that is left out leaves what 4M leaves of it: with one condition, the sentinel of
 * a text of which nothing is known; with several, nothing, as if the sample lacked it. A model has
 * seen both in training.
 *
 * @param without conditions it does not see
 * @param emptied whether those leave a sentinel
 * @param weight of its logits; those of all passes sum to 1
 */
record Pass(Set<ModalityName> without, boolean emptied, double weight) {

  /**
   * Returns the passes of a target: the unconditional one, which sees what no condition names, then
   * one per condition. Those that would weigh nothing are left out.
   *
   * @param plan with conditions grown
   */
  static List<Pass> of(TargetPlan plan) {
    if (plan.guidance().isNone()) {
      return List.of(new Pass(Set.of(), false, 1));
    }
    Set<ModalityName> conditioned = new LinkedHashSet<>();
    double unconditional = 1;
    for (WeightedCondition condition : plan.guidance().conditions()) {
      conditioned.addAll(condition.modalities());
      unconditional -= condition.weight();
    }
    // What is there already of the target itself is seen in every pass.
    conditioned.remove(plan.target());
    boolean emptied = plan.guidance().conditions().size() == 1;
    List<Pass> passes = new ArrayList<>();
    add(passes, conditioned, emptied, unconditional);
    for (WeightedCondition condition : plan.guidance().conditions()) {
      Set<ModalityName> without = new LinkedHashSet<>(conditioned);
      without.removeAll(condition.modalities());
      add(passes, without, emptied, condition.weight());
    }
    return passes;
  }

  private static void add(
      List<Pass> passes, Set<ModalityName> without, boolean emptied, double weight) {
    if (weight != 0) {
      passes.add(new Pass(without, emptied, weight));
    }
  }

  /** Returns the weights of passes. */
  static double[] weights(List<Pass> passes) {
    return passes.stream().mapToDouble(Pass::weight).toArray();
  }
}
