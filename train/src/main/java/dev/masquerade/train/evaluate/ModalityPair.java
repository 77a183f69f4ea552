package dev.masquerade.train.evaluate;

import dev.masquerade.modality.ModalityName;

/**
 * A task: see all of one modality, predict all of another.
 *
 * @param input what the encoder sees
 * @param target what the decoder predicts
 */
public record ModalityPair(ModalityName input, ModalityName target) {
  public ModalityPair {
    if (input.equals(target)) {
      throw new IllegalArgumentException(input + " cannot be predicted from itself");
    }
  }

  @Override
  public String toString() {
    return input + " → " + target;
  }
}
