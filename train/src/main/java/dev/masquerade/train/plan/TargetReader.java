package dev.masquerade.train.plan;

import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.model.sample.DecodingScheme;
import dev.masquerade.model.sample.Guidance;
import dev.masquerade.model.sample.TargetPlan;
import dev.masquerade.model.sample.TemperatureSchedule;
import dev.masquerade.model.sample.TokenFilter;
import dev.masquerade.model.sample.TokenSchedule;
import dev.masquerade.model.sample.TopK;
import dev.masquerade.model.sample.WeightedCondition;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.proto.generation.v1.Condition;
import dev.masquerade.proto.generation.v1.Cooling;
import dev.masquerade.proto.generation.v1.CoolingKind;
import dev.masquerade.proto.generation.v1.Target;
import dev.masquerade.train.config.NumberFields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoublePredicate;

/** Reads one target of a plan. */
final class TargetReader {

  private static final double POWER = 0.5;
  private static final DoublePredicate SHARE = value -> value > 0 && value <= 1;

  private final ModelDescription model;
  private final Set<ModalityName> inputs;
  private final FieldProblems at;

  TargetReader(ModelDescription model, Set<ModalityName> inputs, FieldProblems at) {
    this.model = model;
    this.inputs = inputs;
    this.at = at;
  }

  /**
   * Returns a target; what is wrong with it is reported.
   *
   * @param seen names of what is known when its turn comes
   * @param earlier targets that are generated before
   * @return empty where the model cannot generate it
   */
  Optional<TargetPlan> read(Target message, Set<String> seen, Set<ModalityName> earlier) {
    String name = message.getModality();
    if (name.isEmpty()) {
      at.reportMissing("modality", "is missing; name what to generate.");
      return Optional.empty();
    }
    Optional<ModalitySpec> found = Generated.find(model, name);
    if (found.isEmpty() && Generated.meant(Generated.names(model), name).isPresent()) {
      reportWholeName("modality", name, Generated.names(model), at);
      return Optional.empty();
    }
    if (found.isEmpty()) {
      at.reportUnknown(
          "modality", name, "a modality this model can generate", Generated.names(model));
      return Optional.empty();
    }
    ModalitySpec spec = found.get();
    TargetPlan base = DefaultPlans.target(spec);
    NumberFields numbers = new NumberFields(message, at);
    boolean growing = numbers.flag("growing", base.growing());
    Set<ModalityName> grown = growing ? earlier : Set.of();
    Guidance guidance = guidance(message, spec.name(), numbers, seen, grown);
    return Optional.of(
        new TargetPlan(
            spec.name(),
            scheme(message, spec, base),
            tokens(message, spec, numbers),
            steps(message, spec, numbers, base),
            schedule(message),
            numbers.real(
                "temperature", NumberFields.NOT_NEGATIVE, "at least 0", base.temperature()),
            cooling(message.getCooling()),
            new TokenFilter(
                topK(message, numbers),
                numbers.real("top_p", SHARE, "in (0, 1]", base.filter().topP())),
            guidance,
            growing));
  }

  private static void reportWholeName(
      String field, String name, Collection<String> names, FieldProblems at) {
    Generated.meant(names, name)
        .ifPresent(
            whole ->
                at.report(
                    field, "\"" + name + "\": plans write whole names; write \"" + whole + "\"."));
  }

  private DecodingScheme scheme(Target message, ModalitySpec spec, TargetPlan base) {
    DecodingScheme scheme =
        switch (message.getScheme()) {
          case SCHEME_UNSPECIFIED, UNRECOGNIZED -> base.scheme();
          case SCHEME_MASKGIT -> DecodingScheme.MASKGIT;
          case SCHEME_ROAR -> DecodingScheme.ROAR;
          case SCHEME_AUTOREGRESSIVE -> DecodingScheme.AUTOREGRESSIVE;
        };
    boolean inOrder = scheme == DecodingScheme.AUTOREGRESSIVE;
    if (inOrder != Generated.isSequence(spec)) {
      at.report(
          "scheme",
          inOrder
              ? "AUTOREGRESSIVE writes sequences, but "
                  + spec.name()
                  + " is a grid; use MASKGIT or ROAR."
              : scheme
                  + " fills grids, but "
                  + spec.name()
                  + " is a sequence; use AUTOREGRESSIVE.");
      return base.scheme();
    }
    return scheme;
  }

  private int tokens(Target message, ModalitySpec spec, NumberFields numbers) {
    int most = spec.layout().maxTokens();
    int tokens = numbers.count("tokens", 1, most);
    if (tokens > most) {
      at.report(
          "tokens",
          message.getTokens()
              + " is more than "
              + spec.name()
              + " has: "
              + most
              + "; leave it out for all.");
      return most;
    }
    return tokens;
  }

  private int steps(Target message, ModalitySpec spec, NumberFields numbers, TargetPlan base) {
    if (Generated.isSequence(spec)) {
      if (message.hasSteps()) {
        at.report("steps", "is for grids; " + spec.name() + " takes one step per token.");
      }
      return base.steps();
    }
    return numbers.count("steps", 1, base.steps());
  }

  private static TokenSchedule schedule(Target message) {
    return switch (message.getSchedule()) {
      case TOKEN_SCHEDULE_UNSPECIFIED, TOKEN_SCHEDULE_COSINE, UNRECOGNIZED -> TokenSchedule.COSINE;
      case TOKEN_SCHEDULE_LINEAR -> TokenSchedule.LINEAR;
    };
  }

  private TemperatureSchedule cooling(Cooling message) {
    FieldProblems below = at.at("cooling");
    NumberFields numbers = new NumberFields(message, below);
    CoolingKind kind = message.getKind();
    boolean takesMinimum =
        kind == CoolingKind.COOLING_KIND_DECREASING || kind == CoolingKind.COOLING_KIND_ONEX;
    if (message.hasMinimum() && !takesMinimum) {
      below.report("minimum", "is for DECREASING and ONEX; leave it out, or set kind.");
    }
    if (message.hasPower() && kind != CoolingKind.COOLING_KIND_ONEX) {
      below.report("power", "is for ONEX; leave it out, or set kind.");
    }
    double minimum = numbers.real("minimum", NumberFields.NOT_NEGATIVE, "at least 0", 0);
    double power = numbers.real("power", NumberFields.POSITIVE, "more than 0", POWER);
    return switch (kind) {
      case COOLING_KIND_UNSPECIFIED, COOLING_KIND_CONSTANT, UNRECOGNIZED ->
          new TemperatureSchedule.Constant();
      case COOLING_KIND_LINEAR -> new TemperatureSchedule.Linear();
      case COOLING_KIND_DECREASING -> new TemperatureSchedule.Decreasing(minimum);
      case COOLING_KIND_ONEX -> new TemperatureSchedule.OneX(minimum, power);
    };
  }

  private TopK topK(Target message, NumberFields numbers) {
    if (message.hasTopK() && message.hasTopKShare()) {
      at.report("top_k_share", "says again what top_k says; leave one out.");
    }
    if (message.hasTopK()) {
      return new TopK.Count(numbers.count("top_k", 1, 1));
    }
    if (message.hasTopKShare()) {
      return new TopK.Share(numbers.real("top_k_share", SHARE, "in (0, 1]", 1));
    }
    return new TopK.All();
  }

  private Guidance guidance(
      Target message,
      ModalityName target,
      NumberFields numbers,
      Set<String> seen,
      Set<ModalityName> grown) {
    if (message.getConditionsCount() > 0) {
      if (message.hasGuidanceScale()) {
        at.report("guidance_scale", "is for one condition; with conditions, give each its weight.");
      }
      List<WeightedCondition> conditions = new ArrayList<>();
      for (int i = 0; i < message.getConditionsCount(); i++) {
        condition(message.getConditions(i), target, at.at("conditions", i), seen, grown)
            .ifPresent(conditions::add);
      }
      return new Guidance(conditions);
    }
    double scale = numbers.real("guidance_scale", Double::isFinite, "finite", 1);
    if (!message.hasGuidanceScale()) {
      return Guidance.NONE;
    }
    Set<ModalityName> others = WeightedCondition.beside(target, inputs, grown);
    if (others.isEmpty()) {
      at.report(
          "guidance_scale",
          (inputs.isEmpty()
                  ? "needs a condition, but nothing is given"
                  : "needs a condition, but nothing is given beside " + target + " itself")
              + "; give an input, or leave guidance out.");
      return Guidance.NONE;
    }
    return new Guidance(List.of(new WeightedCondition(others, scale)));
  }

  private static Optional<WeightedCondition> condition(
      Condition message,
      ModalityName target,
      FieldProblems at,
      Set<String> seen,
      Set<ModalityName> grown) {
    double weight = new NumberFields(message, at).real("weight", Double::isFinite, "finite", 1);
    if (message.getModalitiesCount() == 0) {
      at.reportMissing("modalities", "is missing; guidance needs something to be guided by.");
      return Optional.empty();
    }
    Set<ModalityName> modalities = new LinkedHashSet<>();
    for (int i = 0; i < message.getModalitiesCount(); i++) {
      String name = message.getModalities(i);
      if (seen.contains(name)) {
        modalities.add(new ModalityName(name));
      } else if (Generated.meant(seen, name).isPresent()) {
        reportWholeName("modalities[" + i + "]", name, seen, at);
      } else {
        at.reportUnknown(
            "modalities[" + i + "]", name, "given, nor generated before this target", seen);
      }
    }
    if (modalities.isEmpty()) {
      return Optional.empty();
    }
    WeightedCondition condition = new WeightedCondition(modalities, weight);
    if (!condition.with(grown).guides(target)) {
      at.report(
          "modalities",
          "says nothing: what is known of "
              + target
              + " is seen in any case; name something else, or leave the condition out.");
    }
    return Optional.of(condition);
  }
}
