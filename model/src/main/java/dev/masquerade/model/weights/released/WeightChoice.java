package dev.masquerade.model.weights.released;

/** Which of the models in a training program's checkpoint is meant. */
public enum WeightChoice {
  /** The one that was trained; where there is only another, that. */
  AUTO,
  /** The one that was trained. */
  MODEL,
  /** The moving average of it. */
  EMA
}
