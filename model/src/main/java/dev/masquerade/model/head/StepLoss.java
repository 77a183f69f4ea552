package dev.masquerade.model.head;

import java.util.List;

/**
 * Loss of one batch.
 *
 * @param total what gradients are taken of
 * @param modalities every target modality, in decoder order
 * @param encoderTokens valid tokens the encoder saw
 * @param decoderTokens targets predicted
 */
public record StepLoss(
    double total, List<ModalityLoss> modalities, int encoderTokens, int decoderTokens) {
  public StepLoss {
    modalities = List.copyOf(modalities);
  }
}
