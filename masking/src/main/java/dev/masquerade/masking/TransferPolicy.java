package dev.masquerade.masking;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenizedModality;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/** Masks by whole modalities, as {@link TransferMasking} declares. Draws nothing. */
final class TransferPolicy implements MaskingPolicy {

  private final TransferMasking rule;
  private final ThreadLocal<List<ModalityMasking>> maskings;

  TransferPolicy(TransferMasking rule, List<ModalitySpec> modalities) {
    this.rule = rule;
    List<ModalitySpec> specs = List.copyOf(modalities);
    this.maskings = ThreadLocal.withInitial(() -> specs.stream().map(ModalityMasking::of).toList());
  }

  @Override
  public void mask(
      List<@Nullable TokenizedModality> sample,
      UniformRandomProvider rng,
      MaskedBatch batch,
      int row) {
    List<ModalityMasking> own = maskings.get();
    for (int m = 0; m < own.size(); m++) {
      TokenizedModality tokens = sample.get(m);
      MaskedBatch.Part part = batch.parts().get(m);
      ModalityName name = part.spec.name();
      if (tokens == null) {
        continue;
      }
      if (rule.inputs().contains(name)) {
        own.get(m).maskAsInput(tokens, part, row);
      } else if (rule.targets().contains(name)) {
        own.get(m).maskAsTarget(tokens, part, row);
      }
    }
  }
}
