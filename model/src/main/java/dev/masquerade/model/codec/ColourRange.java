package dev.masquerade.model.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.masquerade.modality.ChannelStatistics;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import java.util.List;

/** Between colours standardised by ImageNet's statistics and colours in {@code [-1, 1]}. */
final class ColourRange {

  private final KernelModule kernels;
  private final NDArray mean;
  private final NDArray deviation;

  ColourRange(KernelModule kernels, NDManager manager) {
    this.kernels = kernels;
    this.mean = manager.create(toArray(ChannelStatistics.IMAGENET.mean()));
    this.deviation = manager.create(toArray(ChannelStatistics.IMAGENET.deviation()));
  }

  private static float[] toArray(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }

  /** Returns standardised patches (K, W) in {@code [-1, 1]}. */
  NDArray undo(NDArray patches, StepScope scope) {
    return kernels.call(scope.manager(), "undo_standardisation", patches, mean, deviation).get(0);
  }

  /** Returns patches (K, W) in {@code [-1, 1]} standardised. */
  NDArray redo(NDArray patches, StepScope scope) {
    return kernels.call(scope.manager(), "standardise", patches, mean, deviation).get(0);
  }
}
