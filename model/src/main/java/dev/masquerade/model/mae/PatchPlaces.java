package dev.masquerade.model.mae;

import ai.djl.ndarray.NDArray;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.PackedPart;
import dev.masquerade.model.pack.PackedSide;

/**
 * Which patch of a batch stands where: computed on the host, uploaded once.
 *
 * <p>The patches of a batch are numbered, the seen ones first, then the removed ones. A place that
 * is neither seen nor predicted has no patch.
 */
final class PatchPlaces {

  /** Index of rows of the encoder's tokens by place: 0, or 1 + row * N + slot. */
  private final NDArray index;

  /** Numbers of seen and of removed patches in the rows before each row, and in all. */
  private final int[] seen;

  private final int[] removed;
  private final int places;
  private final long[] patchOfPlace;

  private PatchPlaces(NDArray index, int[] seen, int[] removed, int places, long[] patchOfPlace) {
    this.index = index;
    this.seen = seen;
    this.removed = removed;
    this.places = places;
    this.patchOfPlace = patchOfPlace;
  }

  /**
   * Finds the places of a batch.
   *
   * @param prefix P, tokens that stand before the places in a sequence of all of them
   */
  static PatchPlaces of(
      PackedBatch batch, PackedPart seen, PackedPart removed, int prefix, StepScope scope) {
    int rows = batch.rows();
    int places = seen.spec().layout().places();
    PackedSide side = batch.encoder();
    int all = rows * places;
    // Tokens by place, then the place in the sequence of every patch, then of every place.
    long[] index = new long[all + seen.count() + removed.count() + all];
    long[] patchOfPlace = new long[all];
    int next = all;
    for (int k = 0; k < seen.count(); k++) {
      int place = seen.row(k) * places + seen.place(k);
      index[place] = 1 + (long) seen.row(k) * side.length() + seen.slot(k);
      index[next++] = inSequence(seen.row(k), seen.place(k), places, prefix);
      patchOfPlace[place] = 1 + k;
    }
    for (int k = 0; k < removed.count(); k++) {
      index[next++] = inSequence(removed.row(k), removed.place(k), places, prefix);
      patchOfPlace[removed.row(k) * places + removed.place(k)] = 1 + seen.count() + k;
    }
    for (int place = 0; place < all; place++) {
      index[next++] = inSequence(place / places, place % places, places, prefix);
    }
    return new PatchPlaces(
        scope.manager().create(index),
        before(batch.encoder(), rows),
        before(batch.decoder(), rows),
        places,
        patchOfPlace);
  }

  private static int[] before(PackedSide side, int rows) {
    int[] before = new int[rows + 1];
    for (int row = 0; row < rows; row++) {
      before[row + 1] = before[row] + side.valid(row);
    }
    return before;
  }

  private static long inSequence(int row, int place, int places, int prefix) {
    return (long) row * (prefix + places) + prefix + place;
  }

  NDArray index() {
    return index;
  }

  /** Returns L. */
  int places() {
    return places;
  }

  /** Returns B. */
  int rows() {
    return seen.length - 1;
  }

  /** Returns the number of seen patches. */
  int seen() {
    return seenBefore(rows());
  }

  /** Returns the number of removed patches. */
  int removed() {
    return removedBefore(rows());
  }

  /** Returns the number of seen patches in the rows before one. */
  int seenBefore(int row) {
    return seen[row];
  }

  /** Returns the number of removed patches in the rows before one. */
  int removedBefore(int row) {
    return removed[row];
  }

  /** Returns where rows of encoder tokens start, one for each of the B x L places. */
  int tokensOffset() {
    return 0;
  }

  /** Returns where the places of seen patches start; those of removed patches follow. */
  int seenOffset() {
    return patchOfPlace.length;
  }

  /** Returns where the places of removed patches start. */
  int removedOffset() {
    return patchOfPlace.length + seen();
  }

  /** Returns where all B x L places start. */
  int everyOffset() {
    return patchOfPlace.length + seen() + removed();
  }

  /** Returns the number of the patch at a place of a row; -1 where there is none. */
  int patch(int row, int place) {
    return (int) patchOfPlace[row * places + place] - 1;
  }
}
