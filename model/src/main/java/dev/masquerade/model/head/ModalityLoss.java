package dev.masquerade.model.head;

/**
 * Loss of one modality in one batch.
 *
 * @param modality name
 * @param loss mean over tokens of the cross-entropy in nats of ids, or of the error of patches; 0
 *     without tokens
 * @param tokens number of targets
 */
public record ModalityLoss(String modality, double loss, int tokens) {}
