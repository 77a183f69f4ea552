package dev.masquerade.model.multimae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.model.embed.BatchArrays;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedPart;
import java.util.List;

/** The patches that a part of a batch holds, as the arithmetic takes them. */
final class TaskPatches {

  private final KernelModule kernels;

  TaskPatches(KernelModule kernels) {
    this.kernels = kernels;
  }

  /**
   * Returns the contents of a part, owned by the scope: (K, P x C) numbers, channel fastest, or (K,
   * P) classes as int64.
   */
  NDArray of(BatchArrays batch, PackedPart part, StepScope scope) {
    int at = part.contentOffset();
    int count = part.count();
    TokenSpace space = part.spec().space();
    // A chain of instanceof, not a switch: patterns in switch need Java 21.
    if (space instanceof TokenSpace.Pixels pixels) {
      NDManager manager = scope.manager();
      return call(
          scope,
          "pixel_patches",
          batch.pixels(),
          at,
          count,
          pixels.width(),
          manager.create(toArray(pixels.statistics().mean())),
          manager.create(toArray(pixels.statistics().deviation())));
    }
    if (space instanceof TokenSpace.ClassPatches patches) {
      return call(scope, "class_patches", batch.pixels(), at, count, patches.width());
    }
    if (space instanceof TokenSpace.Continuous vectors) {
      return call(scope, "vector_patches", batch.vectors(), at, count, vectors.width());
    }
    throw new IllegalArgumentException(part.spec().name() + " holds ids, which have no patches");
  }

  private static float[] toArray(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }

  private NDArray call(StepScope scope, String method, Object... arguments) {
    return kernels.call(scope.manager(), method, arguments).get(0);
  }
}
