package dev.masquerade.model.embed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.masquerade.model.engine.KernelModule;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.parameter.TableGradients;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows that one step took from tables. The step's graph starts at them, not at the tables, and
 * their gradients are added to the tables' afterwards.
 */
public final class EmbeddedRows {

  private final BatchArrays batch;
  private final List<Leaf> leaves = new ArrayList<>();

  /** Starts with no rows. */
  public EmbeddedRows(BatchArrays batch) {
    this.batch = batch;
  }

  private record Leaf(NDArray rows, PackedPart part, String table, boolean paddingRow) {}

  /** Takes rows, as the start of a graph where {@code leaves} is given. */
  static NDArray take(
      KernelModule kernels,
      @Nullable EmbeddedRows leaves,
      BatchArrays batch,
      PackedPart part,
      String name,
      NDArray table,
      boolean paddingRow,
      StepScope scope) {
    NDArray rows =
        kernels
            .call(
                scope.manager(),
                "embed_ids",
                batch.indices(),
                part.idsOffset(),
                part.count(),
                table,
                leaves != null)
            .get(0);
    if (leaves != null) {
      leaves.leaves.add(new Leaf(rows, part, name, paddingRow));
    }
    return rows;
  }

  /** Returns every (K, D) array of rows, in the order they were taken. */
  public NDList arrays() {
    NDList arrays = new NDList();
    leaves.forEach(leaf -> arrays.add(leaf.rows()));
    return arrays;
  }

  /**
   * Adds the gradients of the rows to those of their tables.
   *
   * @param gradients in the order of {@link #arrays}; null where a loss does not depend on them
   */
  public void addTo(TableGradients tables, List<@Nullable NDArray> gradients, StepScope scope) {
    for (int i = 0; i < leaves.size(); i++) {
      Leaf leaf = leaves.get(i);
      PackedPart part = leaf.part();
      long[] ids = new long[part.count()];
      for (int k = 0; k < ids.length; k++) {
        ids[k] = part.id(k);
      }
      tables.add(
          leaf.table(),
          batch.indices(),
          part.idsOffset(),
          ids,
          gradients.get(i),
          leaf.paddingRow(),
          scope);
    }
  }
}
