package dev.masquerade.train.config;

/** How the losses of modalities make one. */
public enum LossChoice {
  /** Mean over target modalities of the mean over their tokens. */
  MODALITY,
  /** Means of modalities weighted by targets x vocabulary size. */
  TOKEN
}
