package dev.masquerade.train.generate;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.model.sample.DecodingScheme;
import dev.masquerade.model.sample.Guidance;
import dev.masquerade.model.sample.SamplingPlan;
import dev.masquerade.model.sample.TargetPlan;
import dev.masquerade.model.sample.TokenFilter;
import dev.masquerade.model.sample.WeightedCondition;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a person changes of every target of a plan without writing one.
 *
 * @param steps over a grid, cut to its tokens; sequences go token by token whatever is said
 * @param temperature to start from
 * @param topP probability among whose tokens one is drawn
 * @param guidance weight of all conditions together
 */
public record PlanChanges(
    OptionalInt steps, OptionalDouble temperature, OptionalDouble topP, OptionalDouble guidance) {

  /** Changes nothing. */
  public static final PlanChanges NONE =
      new PlanChanges(
          OptionalInt.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty());

  /**
   * Returns a changed plan.
   *
   * @param shown modalities of the conditions
   * @throws GenerationRefusedException if a number cannot be meant, or guidance has no condition
   */
  public SamplingPlan of(SamplingPlan plan, Set<ModalityName> shown) {
    if (guidance.isPresent() && shown.isEmpty()) {
      throw new GenerationRefusedException(
          "guidance weighs what conditions say, and there is none. Give one with --from, or leave"
              + " --guidance out");
    }
    List<TargetPlan> targets = new ArrayList<>();
    Set<ModalityName> earlier = new LinkedHashSet<>();
    for (TargetPlan target : plan.targets()) {
      targets.add(of(target, guidance(target, shown, earlier)));
      earlier.add(target.target());
    }
    return new SamplingPlan(targets, plan.seed());
  }

  private Guidance guidance(TargetPlan target, Set<ModalityName> shown, Set<ModalityName> earlier) {
    if (guidance.isEmpty()) {
      return target.guidance();
    }
    Set<ModalityName> others =
        WeightedCondition.beside(target.target(), shown, target.growing() ? earlier : Set.of());
    if (others.isEmpty()) {
      throw new GenerationRefusedException(
          "guidance weighs what conditions say, and there is none beside "
              + target.target()
              + " itself, which is seen in any case. Give another with --from, or leave --guidance"
              + " out");
    }
    return new Guidance(List.of(new WeightedCondition(others, guidance.getAsDouble())));
  }

  private TargetPlan of(TargetPlan target, Guidance guided) {
    boolean grid = target.scheme() != DecodingScheme.AUTOREGRESSIVE;
    try {
      return new TargetPlan(
          target.target(),
          target.scheme(),
          target.tokens(),
          grid && steps.isPresent() ? Math.min(steps.getAsInt(), target.tokens()) : target.steps(),
          target.schedule(),
          temperature.orElse(target.temperature()),
          target.cooling(),
          topP.isPresent()
              ? new TokenFilter(target.filter().topK(), topP.getAsDouble())
              : target.filter(),
          guided,
          target.growing());
    } catch (IllegalArgumentException e) {
      throw new GenerationRefusedException(String.valueOf(e.getMessage()), e);
    }
  }
}
