package dev.masquerade.modality;

/** On which side of a model a modality can stand. */
public enum Role {
  /** The encoder may see it. */
  INPUT,
  /** The decoder may predict it. */
  TARGET
}
