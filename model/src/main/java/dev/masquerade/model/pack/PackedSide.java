package dev.masquerade.model.pack;

import java.util.List;

/** One side of a packed batch. */
public final class PackedSide {

  private final List<PackedPart> parts;
  int length;
  int tokens;
  boolean padded;
  int[] valid = new int[0];

  int validOffset = -1;
  int contentRowsOffset = -1;
  int placeRowsOffset = -1;
  int visibleOffset = -1;
  int modalitiesOffset = -1;

  PackedSide(List<PackedPart> parts) {
    this.parts = List.copyOf(parts);
  }

  /** Returns the modalities in packing order, those without a kept token included. */
  public List<PackedPart> parts() {
    return parts;
  }

  /**
   * Returns N or M: the tokens of the longest row, at least 1. Shorter rows end in padding, which
   * holds zeros and is hidden from every other place.
   */
  public int length() {
    return length;
  }

  /** Returns the number of valid tokens over all rows. */
  public int tokens() {
    return tokens;
  }

  /** Says whether any row is shorter than the longest. */
  public boolean padded() {
    return padded;
  }

  /** Returns the number of valid tokens of a row. */
  public int valid(int row) {
    return valid[row];
  }

  /** Returns where the B numbers of valid tokens start in the index buffer. */
  public int validOffset() {
    return validOffset;
  }

  /**
   * Returns where, for each of the B x length slots, the row of its content starts in the index
   * buffer. Row 0 is the zero row. On the encoder side the tokens of all parts follow, part by
   * part; on the decoder side row 1 is the mask token, then come the tokens of sequences.
   */
  public int contentRowsOffset() {
    return contentRowsOffset;
  }

  /**
   * Returns where, for each slot, the row of its position-and-modality embedding starts. Row 0 is
   * the zero row, then come the tokens of all parts.
   */
  public int placeRowsOffset() {
    return placeRowsOffset;
  }

  /**
   * Returns where, for each decoder slot i, the number of leading slots starts that i may attend
   * to: the running sum of the compressed attention.
   */
  public int visibleOffset() {
    return visibleOffset;
  }

  /** Returns where each decoder slot's modality number starts; -1 in padding. */
  public int modalitiesOffset() {
    return modalitiesOffset;
  }
}
