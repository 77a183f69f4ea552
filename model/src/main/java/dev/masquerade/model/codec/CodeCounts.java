package dev.masquerade.model.codec;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;

/** How often each code was used since the last step. */
final class CodeCounts implements AutoCloseable {

  private final KernelModule kernels;
  private final int books;
  private final NDManager manager;
  private final NDArray counts;
  private CodeUsage usage = CodeUsage.NONE;

  CodeCounts(KernelModule kernels, NDManager parent, int books, int codes) {
    this.kernels = kernels;
    this.books = books;
    this.manager = parent.newSubManager();
    this.counts = manager.zeros(new Shape(books, codes), DataType.FLOAT32);
  }

  /** Adds ids (K, H). */
  void add(NDArray ids, StepScope scope) {
    kernels.callWithoutGradients(scope.manager(), "count_ids", counts, ids);
  }

  void stepped() {
    usage = CodeUsage.of(counts.toFloatArray(), books, 0);
    clear();
  }

  void clear() {
    try (NDManager scratch = manager.newSubManager()) {
      kernels.callWithoutGradients(scratch, "clear", counts);
    }
  }

  CodeUsage usage() {
    return usage;
  }

  @Override
  public void close() {
    manager.close();
  }
}
