package dev.masquerade.model.pack;

import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import java.util.Arrays;

/**
 * The kept tokens of one modality on one side, row after row and in each row by place. Valid until
 * its {@link PackedBatch} is closed.
 */
public final class PackedPart {

  private final int modality;
  private final ModalitySpec spec;
  private int count;
  private int[] rows = new int[64];
  private int[] slots = new int[64];
  private int[] places = new int[64];
  private int[] positions = new int[64];
  private int[] ids = new int[64];
  private int[] targets = new int[64];
  private int[] runs = new int[64];

  /** Where the fields stand in the batch's index buffer; -1 where there is none. */
  int idsOffset = -1;

  int positionsOffset = -1;
  int slotsOffset = -1;
  int targetsOffset = -1;

  /** Where the contents start in the batch's pixel or vector buffer, in values. */
  int contentOffset = -1;

  PackedPart(int modality, ModalitySpec spec) {
    this.modality = modality;
    this.spec = spec;
  }

  void clear() {
    count = 0;
    idsOffset = -1;
    positionsOffset = -1;
    slotsOffset = -1;
    targetsOffset = -1;
    contentOffset = -1;
  }

  void add(int row, int slot, int place, int position, int id, int target, int run) {
    if (count == rows.length) {
      int larger = count * 2;
      rows = Arrays.copyOf(rows, larger);
      slots = Arrays.copyOf(slots, larger);
      places = Arrays.copyOf(places, larger);
      positions = Arrays.copyOf(positions, larger);
      ids = Arrays.copyOf(ids, larger);
      targets = Arrays.copyOf(targets, larger);
      runs = Arrays.copyOf(runs, larger);
    }
    rows[count] = row;
    slots[count] = slot;
    places[count] = place;
    positions[count] = position;
    ids[count] = id;
    targets[count] = target;
    runs[count] = run;
    count++;
  }

  /** Returns the modality's number in the batch. */
  public int modality() {
    return modality;
  }

  /** Returns what the tokens are. */
  public ModalitySpec spec() {
    return spec;
  }

  /** Returns K. */
  public int count() {
    return count;
  }

  /** Returns the row of the k-th kept token. */
  public int row(int k) {
    return rows[check(k)];
  }

  /** Returns where the k-th kept token stands in its packed row. */
  public int slot(int k) {
    return slots[check(k)];
  }

  /** Returns the place, in the batch it was packed from, of the k-th kept token. */
  public int place(int k) {
    return places[check(k)];
  }

  /**
   * Returns the position whose embedding the token gets: on a grid its place, in a sequence its
   * rank among the tokens its side is given.
   */
  public int position(int k) {
    return positions[check(k)];
  }

  /**
   * Returns the id that is embedded; 0 where contents are not ids, or where a mask token stands.
   */
  public int id(int k) {
    return ids[check(k)];
  }

  /** Returns the id to predict; 0 on the encoder side and where contents are not ids. */
  public int target(int k) {
    return targets[check(k)];
  }

  int run(int k) {
    return runs[k];
  }

  /** Returns where the K embedded ids start in the index buffer. */
  public int idsOffset() {
    return idsOffset;
  }

  /** Returns where the K positions start in the index buffer. */
  public int positionsOffset() {
    return positionsOffset;
  }

  /** Returns where the K flat slots ({@code row * length + slot}) start; decoder side only. */
  public int slotsOffset() {
    return slotsOffset;
  }

  /**
   * Returns where the K target ids start in the index buffer; decoder side only, and -1 where
   * contents are not ids.
   */
  public int targetsOffset() {
    return targetsOffset;
  }

  /**
   * Returns where the (K, width) contents start in the pixel or vector buffer, in values: what the
   * encoder sees, or what the decoder predicts; -1 where contents are ids.
   */
  public int contentOffset() {
    return contentOffset;
  }

  /** Says whether tokens are embedded from a table of ids. */
  public boolean discrete() {
    return spec.space() instanceof TokenSpace.Discrete;
  }

  /** Says whether contents are bytes, and stand in the pixel buffer. */
  boolean bytes() {
    return spec.space() instanceof TokenSpace.Pixels
        || spec.space() instanceof TokenSpace.ClassPatches;
  }

  /** Says whether decoder inputs are the tokens themselves, and not mask tokens. */
  public boolean ordered() {
    return spec.layout() instanceof TokenLayout.Sequence;
  }

  private int check(int k) {
    if (k < 0 || k >= count) {
      throw new IndexOutOfBoundsException(
          "token " + k + " of " + spec.name() + "; " + count + " were kept");
    }
    return k;
  }
}
