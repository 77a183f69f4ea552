package dev.masquerade.model.head;

/** How the losses of modalities become one. */
public enum LossKind {
  /**
   * The mean over all target modalities of the mean over their targets. A modality without targets
   * counts as 0 and still divides.
   */
  PER_MODALITY,
  /**
   * The mean over target modalities, weighted by the number of targets times the size of the
   * vocabulary, as in the reference.
   */
  PER_TOKEN
}
