package dev.masquerade.masking;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
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
 * @param targets at least one, none of them an input
 */
public record TransferMasking(Set<ModalityName> inputs, Set<ModalityName> targets)
    implements MaskingRule {

  public TransferMasking {
    inputs = Collections.unmodifiableSet(new LinkedHashSet<>(inputs));
    targets = Collections.unmodifiableSet(new LinkedHashSet<>(targets));
    if (inputs.isEmpty() || targets.isEmpty()) {
      throw new IllegalArgumentException(
          "transfer masking needs at least one input and one target, had inputs "
              + inputs
              + " and targets "
              + targets);
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
    return new ArrayList<>();
  }

  @Override
  public MaskingPolicy policy(List<ModalitySpec> modalities) {
    throw new UnsupportedOperationException("not built yet");
  }
}
