package dev.masquerade.model.mae;

/** In which numbers predictions are shown. */
public enum TargetSpace {
  /** As the model predicts them. */
  AS_PREDICTED,
  /**
   * As pixels: where targets were normalised patch by patch, with the mean and deviation of the
   * true patches, which a model cannot know.
   */
  TRUE_STATISTICS
}
