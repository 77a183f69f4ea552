package dev.masquerade.model.multimae;

import ai.djl.ndarray.NDArray;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.pack.PackedSide;
import java.util.Optional;

/** Where tokens of a packed batch stand among all L places of their task. */
final class SeenPlaces {

  private final PackedBatch packed;
  private final int places;
  private final int globals;

  /**
   * Reads a batch.
   *
   * @param places L
   * @param globals G
   */
  SeenPlaces(PackedBatch packed, int places, int globals) {
    this.packed = packed;
    this.places = places;
    this.globals = globals;
  }

  /** Returns what is seen of a task; empty where the batch has no modality of it. */
  Optional<PackedPart> seen(String task) {
    return find(packed.encoder(), task);
  }

  /** Returns what is to be predicted of a task; empty where the batch has no target of it. */
  Optional<PackedPart> removed(String task) {
    return find(packed.decoder(), task);
  }

  private static Optional<PackedPart> find(PackedSide side, String task) {
    return side.parts().stream().filter(part -> part.spec().name().base().equals(task)).findFirst();
  }

  /**
   * Returns, for each of the B x L places of a task, where its token stands among the encoder's B x
   * (N + G), counted from 1; 0 where it was not seen. Owned by the scope.
   */
  NDArray queryRows(String task, StepScope scope) {
    long[] rows = new long[packed.rows() * places];
    int length = packed.encoder().length() + globals;
    seen(task)
        .ifPresent(
            part -> {
              for (int k = 0; k < part.count(); k++) {
                rows[flat(part, k)] = 1L + (long) part.row(k) * length + part.slot(k);
              }
            });
    return scope.manager().create(rows);
  }

  /** Returns the K flat places, {@code row * L + place}, of a part; owned by the scope. */
  NDArray flat(PackedPart part, StepScope scope) {
    long[] flat = new long[part.count()];
    for (int k = 0; k < flat.length; k++) {
      flat[k] = flat(part, k);
    }
    return scope.manager().create(flat);
  }

  private int flat(PackedPart part, int k) {
    return part.row(k) * places + part.position(k);
  }
}
