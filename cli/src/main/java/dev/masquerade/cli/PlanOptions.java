package dev.masquerade.cli;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.model.sample.SamplingPlan;
import dev.masquerade.model.sample.TargetPlan;
import dev.masquerade.train.generate.Generator;
import dev.masquerade.train.generate.PlanChanges;
import dev.masquerade.train.plan.PlanReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a model samples. */
final class PlanOptions {

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Every draw derives from it (that of --plan, else 0).")
  private @Nullable Long seed;

  @Option(names = "--plan", paramLabel = "FILE", description = "How to sample (chosen for you).")
  private @Nullable Path plan;

  @Option(names = "--steps", paramLabel = "N", description = "Steps over every grid.")
  private @Nullable Integer steps;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 takes the likeliest, more varies more.")
  private @Nullable Double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw among the likeliest tokens that make up this probability.")
  private @Nullable Double topP;

  @Option(
      names = "--guidance",
      paramLabel = "W",
      description = "Weight of what the model is shown; 1 weighs as without.")
  private @Nullable Double guidance;

  @Option(
      names = "--print-plan",
      description = "Print the plan that is followed and stop; --plan takes it.")
  private boolean print;

  /** Says whether the plan is only to be printed. */
  boolean print() {
    return print;
  }

  /** Says whether a file has the plan. */
  boolean hasFile() {
    return plan != null;
  }

  /**
   * Refuses numbers that cannot be meant.
   *
   * @param shown whether the model is shown anything
   */
  void refuseContradictions(boolean shown) {
    if (steps != null && steps < 1) {
      throw new MistakeException("--steps must be at least 1, was " + steps + ".");
    }
    if (temperature != null && !(temperature >= 0)) {
      throw new MistakeException("--temperature must be at least 0, was " + temperature + ".");
    }
    if (topP != null && !(topP > 0 && topP <= 1)) {
      throw new MistakeException("--top-p must lie in (0, 1], was " + topP + ".");
    }
    if (guidance != null && !shown) {
      throw new MistakeException(
          "--guidance weighs what the model is shown, and there is nothing. Add --from.");
    }
  }

  /** Returns what is changed of every plan. */
  PlanChanges changes() {
    return new PlanChanges(
        steps == null ? OptionalInt.empty() : OptionalInt.of(steps),
        temperature == null ? OptionalDouble.empty() : OptionalDouble.of(temperature),
        topP == null ? OptionalDouble.empty() : OptionalDouble.of(topP),
        guidance == null ? OptionalDouble.empty() : OptionalDouble.of(guidance));
  }

  /**
   * Returns the plan that is followed.
   *
   * @param shown modalities of the conditions
   * @param to what is made, as a person names it; may be empty where a file has the plan
   */
  SamplingPlan plan(Generator generator, Set<ModalityName> shown, List<String> to)
      throws IOException {
    List<ModalityName> targets =
        to.stream().map(name -> generator.modalities().target(name)).toList();
    SamplingPlan chosen;
    if (plan == null) {
      chosen = generator.defaultPlan(shown, targets, 0);
    } else {
      if (!Files.exists(plan)) {
        throw new NoSuchFileException(plan.toString());
      }
      chosen = new PlanReader(generator.description(), shown).read(plan);
      List<ModalityName> planned = chosen.targets().stream().map(TargetPlan::target).toList();
      if (!targets.isEmpty() && !planned.equals(targets)) {
        throw new MistakeException(
            plan + " makes " + planned + ", --to names " + targets + ". Leave --to out.");
      }
    }
    if (seed != null) {
      chosen = chosen.withSeed(seed);
    }
    SamplingPlan changed = changes().of(chosen, shown);
    generator.require(changed, shown);
    return changed;
  }
}
