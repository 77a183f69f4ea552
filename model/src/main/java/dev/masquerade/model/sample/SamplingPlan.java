package dev.masquerade.model.sample;

import dev.masquerade.modality.ModalityName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How some modalities are generated, one after another; each sees those before it.
 *
 * @param targets in order; at least one, each modality once
 * @param seed every random draw derives from it and a seed per sample
 */
public record SamplingPlan(List<TargetPlan> targets, long seed) {
  public SamplingPlan {
    targets = List.copyOf(targets);
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("a plan needs at least one target");
    }
    Set<ModalityName> seen = new HashSet<>();
    for (TargetPlan target : targets) {
      if (!seen.add(target.target())) {
        throw new IllegalArgumentException(target.target() + " is generated twice");
      }
    }
  }

  /**
   * Returns the plan with guidance as every target's turn finds it: where conditions grow, they see
   * the targets before.
   */
  public List<TargetPlan> grown() {
    List<TargetPlan> result = new ArrayList<>();
    Set<ModalityName> generated = new LinkedHashSet<>();
    for (TargetPlan target : targets) {
      boolean grows = target.growing() && !generated.isEmpty();
      result.add(grows ? target.with(target.guidance().with(generated)) : target);
      generated.add(target.target());
    }
    return List.copyOf(result);
  }

  /** Returns the same plan with another seed. */
  public SamplingPlan withSeed(long other) {
    return new SamplingPlan(targets, other);
  }
}
