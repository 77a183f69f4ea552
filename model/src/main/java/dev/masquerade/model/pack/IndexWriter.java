package dev.masquerade.model.pack;

import java.nio.LongBuffer;

/** Writes the integers of a packed batch and notes where each field starts. */
final class IndexWriter {

  private static final int ZERO_ROW = 0;
  private static final int MASK_ROW = 1;

  private final LongBuffer out;

  private IndexWriter(LongBuffer out) {
    this.out = out;
  }

  static void write(PackedBatch packed) {
    long numbers = size(packed.encoder, packed.rows) + size(packed.decoder, packed.rows);
    var bytes = packed.indices.startWriting(numbers * Long.BYTES);
    IndexWriter writer = new IndexWriter(bytes.asLongBuffer());
    writer.encoder(packed.encoder, packed.rows);
    writer.decoder(packed.decoder, packed.rows);
    bytes.position(writer.out.position() * Long.BYTES);
  }

  /** At most four numbers per slot, four per kept token, and one per row. */
  private static long size(PackedSide side, int rows) {
    return rows + 4L * rows * side.length + 4L * side.tokens;
  }

  private void encoder(PackedSide side, int rows) {
    side.validOffset = valid(side, rows);
    int[] contentRow = new int[rows * side.length];
    int next = ZERO_ROW + 1;
    for (PackedPart part : side.parts()) {
      for (int k = 0; k < part.count(); k++) {
        contentRow[flat(side, part, k)] = next++;
      }
    }
    side.contentRowsOffset = put(contentRow);
    side.placeRowsOffset = side.contentRowsOffset;
    for (PackedPart part : side.parts()) {
      if (part.discrete()) {
        part.idsOffset = out.position();
        for (int k = 0; k < part.count(); k++) {
          out.put(part.id(k));
        }
      }
      positions(part);
    }
  }

  private void decoder(PackedSide side, int rows) {
    side.validOffset = valid(side, rows);
    int slots = rows * side.length;
    int[] contentRow = new int[slots];
    int[] placeRow = new int[slots];
    int[] run = new int[slots];
    int[] modality = new int[slots];
    java.util.Arrays.fill(modality, -1);
    int nextContent = MASK_ROW + 1;
    int nextPlace = ZERO_ROW + 1;
    for (PackedPart part : side.parts()) {
      for (int k = 0; k < part.count(); k++) {
        int slot = flat(side, part, k);
        contentRow[slot] = part.ordered() ? nextContent++ : MASK_ROW;
        placeRow[slot] = nextPlace++;
        run[slot] = part.run(k);
        modality[slot] = part.modality();
      }
    }
    for (int row = 0; row < rows; row++) {
      for (int i = 1; i < side.length; i++) {
        run[row * side.length + i] += run[row * side.length + i - 1];
      }
    }
    side.contentRowsOffset = put(contentRow);
    side.placeRowsOffset = put(placeRow);
    side.visibleOffset = put(run);
    side.modalitiesOffset = put(modality);
    for (PackedPart part : side.parts()) {
      if (part.ordered()) {
        part.idsOffset = out.position();
        for (int k = 0; k < part.count(); k++) {
          out.put(part.id(k));
        }
      }
      positions(part);
      part.slotsOffset = out.position();
      for (int k = 0; k < part.count(); k++) {
        out.put(flat(side, part, k));
      }
      if (part.discrete()) {
        part.targetsOffset = out.position();
        for (int k = 0; k < part.count(); k++) {
          out.put(part.target(k));
        }
      }
    }
  }

  private int valid(PackedSide side, int rows) {
    int offset = out.position();
    for (int row = 0; row < rows; row++) {
      out.put(side.valid[row]);
    }
    return offset;
  }

  private void positions(PackedPart part) {
    part.positionsOffset = out.position();
    for (int k = 0; k < part.count(); k++) {
      out.put(part.position(k));
    }
  }

  private int put(int[] values) {
    int offset = out.position();
    for (int value : values) {
      out.put(value);
    }
    return offset;
  }

  private static int flat(PackedSide side, PackedPart part, int k) {
    return part.row(k) * side.length + part.slot(k);
  }
}
