package dev.masquerade.train.config;

import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.schema.FieldProblems;
import dev.masquerade.masking.KeepScheme;
import dev.masquerade.masking.TaskMasking;
import dev.masquerade.masking.TokenRange;
import dev.masquerade.masking.TransferMasking;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.Role;
import dev.masquerade.proto.run.v1.Keep;
import dev.masquerade.proto.run.v1.Masking;
import dev.masquerade.proto.run.v1.MaskingComponent;
import dev.masquerade.proto.run.v1.ModalityMasking;
import dev.masquerade.proto.run.v1.TokenLimit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Reads what a run says of masking. */
final class MaskingReader {

  private static final ComponentConfig EVERYTHING_ALIKE =
      new ComponentConfig("", 1, KeepScheme.RANDOM, 1, 1, Map.of());

  private final Masking message;
  private final FieldProblems at;
  private final Map<String, StoredModality> modalities = new HashMap<>();

  MaskingReader(Masking message, List<StoredModality> modalities, FieldProblems at) {
    this.message = message;
    this.at = at;
    modalities.forEach(modality -> this.modalities.put(modality.name().value(), modality));
  }

  /** Returns the rule; what is wrong with it is reported. */
  MaskingConfig read() {
    refuseTwoWays();
    if (message.hasTransfer()) {
      return transfer();
    }
    if (message.hasPlaces()) {
      refuseBudgets("places", "hides a share of every modality");
      return new PlacesConfig(new PlacesReader(message.getPlaces(), at.at("places")).read());
    }
    if (message.hasTasks()) {
      refuseBudgets("tasks", "shares out visible_tokens alone");
      return tasks();
    }
    List<ComponentConfig> components = new ArrayList<>();
    for (int i = 0; i < message.getMixtureCount(); i++) {
      components.add(component(message.getMixture(i), at.at("mixture", i)));
    }
    if (components.isEmpty()) {
      components.add(EVERYTHING_ALIKE);
    }
    return new MixtureConfig(
        components,
        range(
            message.hasEncoderTokens(),
            message.getEncoderTokens(),
            "encoder_tokens",
            "how many tokens the encoder sees of a sample"),
        range(
            message.hasDecoderTokens(),
            message.getDecoderTokens(),
            "decoder_tokens",
            "how many tokens the decoder predicts of a sample"),
        limits());
  }

  private void refuseBudgets(String field, String says) {
    if (message.getMixtureCount() > 0
        || message.getLimitsCount() > 0
        || message.hasEncoderTokens()
        || message.hasDecoderTokens()) {
      at.report(
          field,
          says
              + ", which leaves no budgets to share; take out encoder_tokens, decoder_tokens,"
              + " mixture and limits, or "
              + field
              + ".");
    }
  }

  private void refuseTwoWays() {
    List<String> ways = new ArrayList<>();
    if (message.hasTransfer()) {
      ways.add("transfer");
    }
    if (message.hasPlaces()) {
      ways.add("places");
    }
    if (message.hasTasks()) {
      ways.add("tasks");
    }
    if (ways.size() > 1) {
      at.report(
          ways.get(1), "is one way to mask, and " + ways.get(0) + " another; keep one of them.");
    }
  }

  private TasksConfig tasks() {
    NumberFields numbers = new NumberFields(message.getTasks(), at.at("tasks"));
    return new TasksConfig(
        new TaskMasking(
            numbers.requiredCount(
                "visible_tokens",
                1,
                "is missing; say how many tokens of all modalities together the encoder sees, for"
                    + " example 98."),
            numbers.real("alpha", NumberFields.POSITIVE, "a number above 0", 1),
            message.getTasks().getSampleTasksUniformly()));
  }

  /**
   * Returns that everything is seen and nothing predicted, and reports whatever else is said.
   *
   * @param views whether the network compares views, or else learns a tokenizer
   */
  MaskingConfig nothing(boolean views) {
    if (!message.equals(Masking.getDefaultInstance())) {
      boolean transfer = message.hasTransfer() && message.getTransfer().getTargetsCount() == 0;
      if (!transfer) {
        at.report(
            "",
            views
                ? "is not for networks that compare views of whole pictures; leave it out."
                : "is not for tokenizers, which see everything; leave it out.");
      }
    }
    Set<ModalityName> all = new LinkedHashSet<>();
    modalities.values().forEach(modality -> all.add(modality.name()));
    if (all.isEmpty()) {
      all.add(new ModalityName("input"));
    }
    return new TransferConfig(new TransferMasking(all, Set.of()));
  }

  private MaskingConfig transfer() {
    refuseBudgets("transfer", "moves whole modalities");
    FieldProblems below = at.at("transfer");
    Set<ModalityName> inputs =
        names(message.getTransfer().getInputsList(), "inputs", Role.INPUT, below);
    Set<ModalityName> targets =
        names(message.getTransfer().getTargetsList(), "targets", Role.TARGET, below);
    for (ModalityName both : inputs) {
      if (targets.contains(both)) {
        below.report("targets", "\"" + both + "\" is an input already; let it be one of the two.");
      }
    }
    if (targets.isEmpty()) {
      below.reportMissing("targets", "name at least one modality.");
    }
    try {
      return new TransferConfig(new TransferMasking(inputs, targets));
    } catch (IllegalArgumentException e) {
      below.reportMissing("inputs", "name at least one modality.");
      ModalityName any = new ModalityName("input");
      ModalityName other = new ModalityName("target");
      return new TransferConfig(new TransferMasking(Set.of(any), Set.of(other)));
    }
  }

  private Set<ModalityName> names(
      List<String> written, String field, Role role, FieldProblems below) {
    Set<ModalityName> names = new LinkedHashSet<>();
    for (int i = 0; i < written.size(); i++) {
      String path = field + "[" + i + "]";
      Optional<ModalityName> name = known(written.get(i), path, below);
      if (name.isPresent() && !may(name.get(), role)) {
        below.report(path, refusal(name.get(), role));
      }
      name.ifPresent(names::add);
    }
    return names;
  }

  private ComponentConfig component(MaskingComponent declared, FieldProblems below) {
    NumberFields numbers = new NumberFields(declared, below);
    String range = "a number of at least 0";
    double usual = declared.getModalitiesCount() == 0 ? 1 : 0;
    ComponentConfig component =
        new ComponentConfig(
            declared.getName(),
            numbers.real(
                "weight",
                NumberFields.POSITIVE,
                "a number above 0; leave out a component that shall never be drawn",
                1),
            keep(declared.getKeep()).orElse(KeepScheme.RANDOM),
            numbers.real("input_alpha", NumberFields.NOT_NEGATIVE, range, usual),
            numbers.real("target_alpha", NumberFields.NOT_NEGATIVE, range, usual),
            shares(declared, below));
    if (!modalities.isEmpty() && !below.isBlamed()) {
      refuseAllZero(component, Role.INPUT, "input_alpha", below);
      refuseAllZero(component, Role.TARGET, "target_alpha", below);
    }
    return component;
  }

  private Map<ModalityName, ShareConfig> shares(MaskingComponent declared, FieldProblems below) {
    Map<ModalityName, ShareConfig> shares = new LinkedHashMap<>();
    for (int i = 0; i < declared.getModalitiesCount(); i++) {
      ModalityMasking own = declared.getModalities(i);
      FieldProblems here = below.at("modalities", i);
      Optional<ModalityName> name = known(own.getName(), "name", here);
      ShareConfig share =
          new ShareConfig(
              alpha(own, "input_alpha", Role.INPUT, name, here),
              alpha(own, "target_alpha", Role.TARGET, name, here),
              keep(own.getKeep()));
      if (name.isPresent() && shares.put(name.get(), share) != null) {
        here.report("name", "\"" + name.get() + "\" is listed before; keep one.");
      }
    }
    return shares;
  }

  private OptionalDouble alpha(
      ModalityMasking own,
      String field,
      Role role,
      Optional<ModalityName> name,
      FieldProblems here) {
    NumberFields numbers = new NumberFields(own, here);
    if (!numbers.has(field)) {
      return OptionalDouble.empty();
    }
    double alpha = numbers.real(field, NumberFields.NOT_NEGATIVE, "a number of at least 0", 0);
    if (alpha > 0 && name.isPresent() && !may(name.get(), role)) {
      here.report(field, refusal(name.get(), role));
    }
    return OptionalDouble.of(alpha);
  }

  private void refuseAllZero(
      ComponentConfig component, Role role, String field, FieldProblems below) {
    for (StoredModality modality : modalities.values()) {
      ShareConfig own = component.shares().get(modality.name());
      OptionalDouble written = OptionalDouble.empty();
      if (own != null) {
        written = role == Role.INPUT ? own.inputConcentration() : own.targetConcentration();
      }
      double usual =
          role == Role.INPUT ? component.inputConcentration() : component.targetConcentration();
      if (may(modality.name(), role) && written.orElse(usual) > 0) {
        return;
      }
    }
    below.report(
        "",
        "no modality gets tokens of the "
            + (role == Role.INPUT ? "encoder" : "decoder")
            + "; give the component or one of its modalities "
            + (role == Role.INPUT ? "an " : "a ")
            + field
            + " above 0.");
  }

  private TokenRange range(
      boolean given, dev.masquerade.proto.run.v1.TokenRange declared, String field, String what) {
    FieldProblems below = at.at(field);
    NumberFields numbers = new NumberFields(declared, below);
    if (!given || !(numbers.has("min") || numbers.has("max"))) {
      at.reportMissing(
          field, "is missing; say " + what + ", for example " + field + " { max: 128 }.");
      return TokenRange.exactly(1);
    }
    int max = numbers.count("max", 1, Math.max(1, declared.getMin()));
    int min = numbers.count("min", 0, max);
    if (min > max) {
      below.report("min", min + " is more than max " + max + ".");
      return TokenRange.exactly(max);
    }
    return new TokenRange(min, max);
  }

  private Map<ModalityName, LimitConfig> limits() {
    Map<ModalityName, LimitConfig> limits = new LinkedHashMap<>();
    for (int i = 0; i < message.getLimitsCount(); i++) {
      TokenLimit declared = message.getLimits(i);
      FieldProblems below = at.at("limits", i);
      NumberFields numbers = new NumberFields(declared, below);
      int min = numbers.count("min", 0, 0);
      OptionalInt max = OptionalInt.empty();
      if (numbers.has("max")) {
        max = OptionalInt.of(numbers.count("max", 0, min));
      }
      if (max.isPresent() && min > max.getAsInt()) {
        below.report("min", min + " is more than max " + max.getAsInt() + ".");
        max = OptionalInt.empty();
      }
      Optional<ModalityName> name = known(declared.getName(), "name", below);
      if (name.isPresent() && limits.put(name.get(), new LimitConfig(min, max)) != null) {
        below.report("name", "\"" + name.get() + "\" is listed before; keep one.");
      }
    }
    return limits;
  }

  private Optional<ModalityName> known(String written, String field, FieldProblems below) {
    if (written.isEmpty()) {
      below.reportMissing(field, "is missing; name a modality of the run.");
      return Optional.empty();
    }
    StoredModality modality = modalities.get(written);
    if (modality == null && !modalities.isEmpty()) {
      below.reportUnknown(
          field, written, "a modality of the run", new TreeSet<>(modalities.keySet()));
    }
    return Optional.ofNullable(modality).map(StoredModality::name);
  }

  private boolean may(ModalityName name, Role role) {
    StoredModality modality = modalities.get(name.value());
    return modality == null
        || modality.settings().roles().isEmpty()
        || modality.settings().roles().contains(role);
  }

  private static String refusal(ModalityName name, Role role) {
    return "\""
        + name
        + "\" has no ROLE_"
        + role
        + " in this run; leave it out here, or add the role to the modality.";
  }

  private static Optional<KeepScheme> keep(Keep written) {
    return switch (written) {
      case KEEP_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
      case KEEP_RANDOM -> Optional.of(KeepScheme.RANDOM);
      case KEEP_ALL -> Optional.of(KeepScheme.ALL);
      case KEEP_BINARY -> Optional.of(KeepScheme.BINARY);
    };
  }
}
