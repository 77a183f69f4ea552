package dev.masquerade.masking;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Masking by whole modalities: the encoder is given some, the decoder predicts others, nothing is
 * drawn. Modalities on neither side stay wholly ignored.
 *
 * @param inputs at least one
 * @param targets none of them an input; empty for networks that compare views and predict nothing
 */
public record TransferMasking(Set<ModalityName> inputs, Set<ModalityName> targets)
    implements MaskingRule {

  public TransferMasking {
    inputs = Collections.unmodifiableSet(new LinkedHashSet<>(inputs));
    targets = Collections.unmodifiableSet(new LinkedHashSet<>(targets));
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException(
          "transfer masking needs at least one input, or the encoder sees nothing");
    }
    Set<ModalityName> both = new TreeSet<>(inputs);
    both.retainAll(targets);
    if (!both.isEmpty()) {
      throw new IllegalArgumentException(
          both + " stand on both sides of transfer masking; let each be input or target");
    }
  }

  @Override
  public List<String> problems(List<ModalitySpec> modalities) {
    List<String> problems = new ArrayList<>();
    Set<ModalityName> known = RunModalities.names(modalities);
    RunModalities.reportUnknown(inputs, "the inputs of transfer masking", known, problems);
    RunModalities.reportUnknown(targets, "the targets of transfer masking", known, problems);
    for (ModalitySpec spec : modalities) {
      if (inputs.contains(spec.name()) && !spec.isInput()) {
        problems.add(spec.name() + " cannot be an input, but transfer masking names it as one");
      }
      if (targets.contains(spec.name()) && !spec.isTarget()) {
        problems.add(spec.name() + " cannot be a target, but transfer masking names it as one");
      }
      if (targets.contains(spec.name())
          && spec.layout() instanceof TokenLayout.Sequence layout
          && layout.marks().sentinelCount() < 3) {
        problems.add(
            spec.name()
                + " needs 3 sentinels to be a target, has "
                + layout.marks().sentinelCount());
      }
    }
    return problems;
  }

  @Override
  public MaskingPolicy policy(List<ModalitySpec> modalities) {
    RunModalities.refuse(problems(modalities));
    return new TransferPolicy(this, modalities);
  }
}
