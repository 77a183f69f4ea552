package dev.masquerade.model.multimae;

/**
 * A task that is predicted, by a decoder of its own.
 *
 * @param name of its adapter; differs from {@code task} for a second decoder of the same task
 * @param task whose pixels it predicts: the name of its modality without a size
 * @param patchSize edge of a patch, in pixels of the full image
 * @param strideLevel pixels of the full image along an edge of one of the task's pixels
 * @param channels C, numbers per pixel, or the number of classes
 * @param decoder dimensions
 * @param loss how predictions are compared
 * @param normalisedPixels whether each patch to predict is reduced by its mean and divided by its
 *     deviation (unbiased variance, plus 1e-6) first
 */
public record OutputTask(
    String name,
    String task,
    int patchSize,
    int strideLevel,
    int channels,
    DecoderShape decoder,
    TaskLoss loss,
    boolean normalisedPixels) {

  public OutputTask {
    InputTask.requireEdges(name, patchSize, strideLevel);
    if (channels < 1) {
      throw new IllegalArgumentException(name + ": channels must be at least 1, was " + channels);
    }
    if (loss == TaskLoss.CROSS_ENTROPY && (normalisedPixels || channels > 255)) {
      throw new IllegalArgumentException(
          name + " predicts classes: at most 255, and without normalised pixels");
    }
    int edge = Math.max(1, patchSize / strideLevel);
    if (normalisedPixels && edge * edge * channels < 2) {
      throw new IllegalArgumentException(
          name + ": a patch of one number has no variance to normalise by");
    }
  }

  /** Returns p, the edge of a patch in the task's own pixels. */
  public int edge() {
    return Math.max(1, patchSize / strideLevel);
  }

  /** Returns P, the pixels of one patch. */
  public int pixels() {
    return edge() * edge();
  }
}
