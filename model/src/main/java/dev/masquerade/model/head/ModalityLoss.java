package dev.masquerade.model.head;

/**
 * Loss of one modality in one batch.
 *
 * @param modality name
 * @param loss mean cross-entropy in nats per token; 0 without tokens
 * @param tokens number of targets
 */
public record ModalityLoss(String modality, double loss, int tokens) {}
