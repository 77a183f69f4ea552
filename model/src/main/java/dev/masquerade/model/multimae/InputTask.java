package dev.masquerade.model.multimae;

/**
 * A task the encoder may see.
 *
 * @param name of its adapter, which is the name of its modality without a size
 * @param patchSize edge of a patch, in pixels of the full image
 * @param strideLevel pixels of the full image along an edge of one of the task's pixels: 4 where it
 *     is stored at a quarter of the resolution
 * @param content what its pixels are
 */
public record InputTask(String name, int patchSize, int strideLevel, TaskContent content) {

  public InputTask {
    requireEdges(name, patchSize, strideLevel);
  }

  /** Returns p, the edge of a patch in the task's own pixels. */
  public int edge() {
    return Math.max(1, patchSize / strideLevel);
  }

  /** Returns P, the pixels of one patch. */
  public int pixels() {
    return edge() * edge();
  }

  static void requireEdges(String name, int patchSize, int strideLevel) {
    if (name.isEmpty() || name.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          "a task is named like its modality without a size, was \"" + name + "\"");
    }
    if (patchSize < 1 || strideLevel < 1) {
      throw new IllegalArgumentException(
          name
              + ": patchSize and strideLevel must be at least 1, were "
              + patchSize
              + " and "
              + strideLevel);
    }
    if (patchSize > strideLevel && patchSize % strideLevel != 0) {
      throw new IllegalArgumentException(
          name + ": patchSize " + patchSize + " is no multiple of strideLevel " + strideLevel);
    }
  }
}
