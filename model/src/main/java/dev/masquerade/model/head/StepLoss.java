package dev.masquerade.model.head;

import java.util.List;
import java.util.Optional;

/**
 * Loss of one batch.
 *
 * @param total what gradients are taken of
 * @param modalities every target modality, in decoder order
 * @param encoderTokens valid tokens the encoder saw
 * @param decoderTokens targets predicted
 * @param codes which codes were chosen, where the network is a tokenizer
 */
public record StepLoss(
    double total,
    List<ModalityLoss> modalities,
    int encoderTokens,
    int decoderTokens,
    Optional<CodeUse> codes) {
  public StepLoss {
    modalities = List.copyOf(modalities);
  }

  /** Creates the loss of a network that chooses no codes. */
  public StepLoss(
      double total, List<ModalityLoss> modalities, int encoderTokens, int decoderTokens) {
    this(total, modalities, encoderTokens, decoderTokens, Optional.empty());
  }

  /** Returns the same loss with the codes that were chosen. */
  public StepLoss withCodes(CodeUse use) {
    return new StepLoss(total, modalities, encoderTokens, decoderTokens, Optional.of(use));
  }
}
