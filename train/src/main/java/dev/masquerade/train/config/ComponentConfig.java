package dev.masquerade.train.config;

import dev.masquerade.masking.KeepScheme;
import dev.masquerade.masking.MaskingComponent;
import dev.masquerade.masking.ModalityShare;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One way of masking, before the roles of modalities are known.
 *
 * @param name for messages; may be empty
 * @param weight how often it is drawn, relative to the others; more than 0
 * @param keep how sequences draw what they keep
 * @param inputConcentration of every modality that can be an input and has none of its own
 * @param targetConcentration of every modality that can be a target and has none of its own
 * @param shares modalities with settings of their own
 */
public record ComponentConfig(
    String name,
    double weight,
    KeepScheme keep,
    double inputConcentration,
    double targetConcentration,
    Map<ModalityName, ShareConfig> shares) {

  private static final ShareConfig NOTHING_OF_ITS_OWN =
      new ShareConfig(OptionalDouble.empty(), OptionalDouble.empty(), Optional.empty());

  public ComponentConfig {
    shares = Collections.unmodifiableMap(new LinkedHashMap<>(shares));
  }

  /**
   * Settles the component.
   *
   * @param where how problems call it
   * @param problems receives what does not fit the roles of the modalities
   * @return empty where something does not
   */
  Optional<MaskingComponent> settle(
      List<ModalitySpec> modalities, String where, List<String> problems) {
    int before = problems.size();
    Map<ModalityName, ModalityShare> settled = new LinkedHashMap<>();
    double input = 0;
    double target = 0;
    for (ModalitySpec spec : modalities) {
      ShareConfig own = shares.getOrDefault(spec.name(), NOTHING_OF_ITS_OWN);
      if (!spec.isInput() && own.inputConcentration().orElse(0) > 0) {
        problems.add(where + refusal(spec, "input", "input_alpha"));
      }
      if (!spec.isTarget() && own.targetConcentration().orElse(0) > 0) {
        problems.add(where + refusal(spec, "target", "target_alpha"));
      }
      ModalityShare share =
          new ModalityShare(
              spec.isInput() ? own.inputConcentration().orElse(inputConcentration) : 0,
              spec.isTarget() ? own.targetConcentration().orElse(targetConcentration) : 0,
              own.keep().orElse(keep));
      settled.put(spec.name(), share);
      input += share.inputConcentration();
      target += share.targetConcentration();
    }
    if (!(input > 0)) {
      problems.add(where + "no modality that can be an input has an input_alpha above 0.");
    }
    if (!(target > 0)) {
      problems.add(where + "no modality that can be a target has a target_alpha above 0.");
    }
    return problems.size() > before
        ? Optional.empty()
        : Optional.of(new MaskingComponent(weight, settled));
  }

  private static String refusal(ModalitySpec spec, String role, String field) {
    return spec.name()
        + " cannot be "
        + ("input".equals(role) ? "an " : "a ")
        + role
        + " in this"
        + " run, so the share its "
        + field
        + " draws would be lost. Leave "
        + field
        + " out.";
  }
}
