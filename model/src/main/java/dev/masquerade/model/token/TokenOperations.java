package dev.masquerade.model.token;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.Kernels;
import dev.masquerade.model.engine.StepScope;
import java.util.Arrays;
import java.util.List;

/**
 * Operations on tokens that lie on a device. They record what gradients need; nothing is changed in
 * place. Results belong to the scope of the call. Indices are int64.
 *
 * <p>Safe for use by several threads.
 */
public final class TokenOperations implements AutoCloseable {

  /** What is added to variances where patches are normalised. */
  public static final double EPSILON = 1e-6;

  private final KernelModule kernels;

  /** Compiles the kernels. */
  public TokenOperations() {
    this.kernels = KernelModule.load(Kernels.class, Kernels.TOKENS);
  }

  /** Chooses tokens: tokens (B, L, D), index (B, K) -> (B, K, D). */
  public NDArray get(NDArray tokens, NDArray index, StepScope scope) {
    requireRows(tokens, index);
    return call(scope, "get_at", tokens, index);
  }

  /** Replaces tokens: tokens (B, L, D), index (B, K), values (B, K, D) -> (B, L, D). */
  public NDArray set(NDArray tokens, NDArray index, NDArray values, StepScope scope) {
    requireRows(tokens, index);
    Shape shape = new Shape(index.getShape().get(0), index.getShape().get(1), axis(tokens, 2));
    if (!values.getShape().equals(shape)) {
      throw new IllegalArgumentException(
          "values must be one token per index, " + shape + ", were " + values.getShape());
    }
    return call(scope, "set_at", tokens, index, values);
  }

  /** Puts {@code token} (1, 1, D) at indices (B, K) of tokens (B, L, D). */
  public NDArray maskAt(NDArray tokens, NDArray index, NDArray token, StepScope scope) {
    requireRows(tokens, index);
    return maskWhere(tokens, asMask(index, axis(tokens, 1), scope), token, scope);
  }

  /** Puts {@code token} (1, 1, D) where {@code masked} (B, L) bool is true. */
  public NDArray maskWhere(NDArray tokens, NDArray masked, NDArray token, StepScope scope) {
    if (masked.getShape().get(0) != axis(tokens, 0)
        || masked.getShape().get(1) != axis(tokens, 1)) {
      throw new IllegalArgumentException(
          "a mask must say something of every token, "
              + tokens.getShape().slice(0, 2)
              + ", was "
              + masked.getShape());
    }
    return call(scope, "mask_where", tokens, masked, token);
  }

  /** Returns (B, length) bool, true at the indices (B, K). */
  public NDArray asMask(NDArray index, long length, StepScope scope) {
    return call(scope, "as_mask", index, length);
  }

  /** Puts prefix tokens, (1, P, D) each, before tokens (B, L, D), in their order. */
  public NDArray prepend(NDArray tokens, List<NDArray> prefix, StepScope scope) {
    return call(scope, "prepend_all", tokens, new NDList(prefix));
  }

  /** Repeats a token (1, 1, D) -> (rows, count, D). */
  public NDArray repeat(NDArray token, long rows, long count, StepScope scope) {
    return call(scope, "repeat_token", token, rows, count);
  }

  /** Repeats an index (B, K) along the width of tokens -> (B, K, width), as a view. */
  public NDArray expandIndex(NDArray index, long width, StepScope scope) {
    return call(scope, "expand_index", index, width);
  }

  /**
   * Cuts images (B, C, H, W) into patches (B, L, patchSize * patchSize * C), row by row; inside a
   * patch values are ordered row, column, channel.
   *
   * @throws IllegalArgumentException if patches do not fill the image, saying which sizes would do
   */
  public NDArray patchify(NDArray images, int patchSize, StepScope scope) {
    Shape shape = images.getShape();
    if (shape.dimension() != 4) {
      throw new IllegalArgumentException(
          "images must be (batch, channels, height, width), were " + shape);
    }
    requireWhole("height", shape.get(2), patchSize);
    requireWhole("width", shape.get(3), patchSize);
    return call(scope, "patchify", images, patchSize);
  }

  private static void requireWhole(String name, long length, int patchSize) {
    if (length < patchSize || length % patchSize != 0) {
      long below = Math.max(1, length / patchSize) * patchSize;
      throw new IllegalArgumentException(
          name
              + " must be a multiple of the patch size "
              + patchSize
              + ", was "
              + length
              + "; "
              + below
              + " or "
              + (length / patchSize + 1) * patchSize
              + " would fit");
    }
  }

  /**
   * Puts patches (B, rows * columns, patchSize * patchSize * C) together to images (B, C, H, W).
   *
   * @throws IllegalArgumentException if the number of patches is not that of the grid
   */
  public NDArray unpatchify(
      NDArray patches, int rows, int columns, int patchSize, StepScope scope) {
    long area = (long) patchSize * patchSize;
    if (axis(patches, 1) != (long) rows * columns || axis(patches, 2) % area != 0) {
      throw new IllegalArgumentException(
          "a grid of "
              + rows
              + " x "
              + columns
              + " patches of "
              + patchSize
              + " pixels takes (batch, "
              + (long) rows * columns
              + ", a multiple of "
              + area
              + "), was given "
              + patches.getShape());
    }
    return call(scope, "unpatchify", patches, rows, columns, patchSize);
  }

  /** Takes out of each token its mean and its unbiased deviation, (variance + 1e-6) to the half. */
  public NDArray normalise(NDArray tokens, StepScope scope) {
    return call(scope, "normalise_tokens", tokens, EPSILON);
  }

  /** Chooses tokens by M index arrays (B, K) each, one below the other -> (M * B, K, D). */
  public NDArray applyMasks(NDArray tokens, List<NDArray> masks, StepScope scope) {
    masks.forEach(index -> requireRows(tokens, index));
    return call(scope, "apply_masks", tokens, new NDList(masks));
  }

  /**
   * Repeats every run of {@code batch} rows {@code times} times, each time as a run.
   *
   * @param tokens (M * batch, ...)
   * @return (M * times * batch, ...)
   */
  public NDArray repeatRuns(NDArray tokens, int batch, int times, StepScope scope) {
    if (batch < 1 || axis(tokens, 0) % batch != 0) {
      throw new IllegalArgumentException(
          axis(tokens, 0) + " rows are not a whole number of batches of " + batch);
    }
    return call(scope, "repeat_runs", tokens, batch, times);
  }

  /** Scales every row along the last axis to length 1; rows of zeros stay. */
  public NDArray unitRows(NDArray rows, StepScope scope) {
    return call(scope, "unit_rows", rows);
  }

  /**
   * Finds for each token of {@code x} (B, K, D) the one of {@code y} (B, L, D) with the greatest
   * cosine -> (B, K).
   */
  public NDArray mostSimilar(NDArray x, NDArray y, StepScope scope) {
    return call(scope, "most_similar", x, y);
  }

  /** Chooses those of {@code values} (B, L, any) whose {@code y} is most similar to {@code x}. */
  public NDArray selectMostSimilar(NDArray x, NDArray y, NDArray values, StepScope scope) {
    return call(scope, "get_at", values, mostSimilar(x, y, scope));
  }

  /** Returns Euclidean distances of x (B, K, D) to y (B, L, D) -> (B, K, L). */
  public NDArray distances(NDArray x, NDArray y, StepScope scope) {
    return call(scope, "distances", x, y);
  }

  /**
   * Pairs of tokens that are near to each other.
   *
   * @param inputs (B, count, D), those with the nearest candidate first
   * @param candidates (B, count, D), the nearest of each
   */
  public record Neighbours(NDArray inputs, NDArray candidates) {}

  /**
   * Chooses the inputs that are nearest to any candidate.
   *
   * @param inputs (B, K, D)
   * @param candidates (B, L, D)
   * @param distances (B, K, L)
   * @param count pairs to choose, at most K
   */
  public Neighbours nearest(
      NDArray inputs, NDArray candidates, NDArray distances, int count, StepScope scope) {
    if (count < 1 || count > axis(inputs, 1)) {
      throw new IllegalArgumentException(
          "count must be in [1, " + axis(inputs, 1) + "], was " + count);
    }
    NDList pair = kernels.call(scope.manager(), "nearest", inputs, candidates, distances, count);
    return new Neighbours(pair.get(0), pair.get(1));
  }

  /**
   * Averages a feature map over the places of each id.
   *
   * @param source (B, C, H, W)
   * @param ids (B, H, W) int64 in {@code [0, count)}; others belong to none
   * @return (B, C, count), 0 for an id without places
   */
  public NDArray poolByIds(NDArray source, NDArray ids, int count, StepScope scope) {
    return call(scope, "pool_ids", source, ids, count);
  }

  private static void requireRows(NDArray tokens, NDArray index) {
    if (tokens.getShape().dimension() != 3
        || index.getShape().dimension() != 2
        || axis(tokens, 0) != axis(index, 0)) {
      throw new IllegalArgumentException(
          "tokens (rows, places, width) and index (rows, chosen) need the same rows, were "
              + Arrays.toString(tokens.getShape().getShape())
              + " and "
              + Arrays.toString(index.getShape().getShape()));
    }
  }

  private static long axis(NDArray array, int axis) {
    return array.getShape().get(axis);
  }

  private NDArray call(StepScope scope, String method, Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }

  @Override
  public void close() {
    kernels.close();
  }
}
