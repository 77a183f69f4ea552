package dev.masquerade.train.embedding;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Rows of numbers mapped from a file, in pieces of whole rows, so that size does not matter. */
final class MappedRows {

  private static final long PIECE = 1L << 30;

  /** Reads one number. */
  @FunctionalInterface
  interface Elements {
    /** Returns the number whose first byte stands at {@code at}. */
    float at(ByteBuffer bytes, int at);
  }

  private final List<ByteBuffer> pieces;
  private final int rows;
  private final int width;
  private final int rowsPerPiece;
  private final int elementBytes;
  private final Elements elements;

  /**
   * Takes rows in pieces.
   *
   * @param pieces of {@code rowsPerPiece} rows each, the last of what is left
   * @param elementBytes bytes of one number
   */
  private MappedRows(
      List<ByteBuffer> pieces,
      int rowsPerPiece,
      int rows,
      int width,
      int elementBytes,
      Elements elements) {
    this.pieces = List.copyOf(pieces);
    this.rowsPerPiece = Math.max(1, rowsPerPiece);
    this.rows = rows;
    this.width = width;
    this.elementBytes = elementBytes;
    this.elements = elements;
  }

  /**
   * Maps a table; the file need not stay open.
   *
   * @param begin offset of the first row
   * @param elementBytes bytes of one number
   */
  static MappedRows map(
      Path file,
      long begin,
      int rows,
      int width,
      int elementBytes,
      ByteOrder order,
      Elements elements)
      throws IOException {
    long rowBytes = (long) width * elementBytes;
    int rowsPerPiece = (int) Math.max(1, Math.min(rows, PIECE / Math.max(1, rowBytes)));
    List<ByteBuffer> pieces = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (long row = 0; row < rows; row += rowsPerPiece) {
        long length = Math.min(rowsPerPiece, rows - row) * rowBytes;
        pieces.add(
            channel
                .map(FileChannel.MapMode.READ_ONLY, begin + row * rowBytes, length)
                .order(order));
      }
    }
    return new MappedRows(pieces, rowsPerPiece, rows, width, elementBytes, elements);
  }

  int rows() {
    return rows;
  }

  int width() {
    return width;
  }

  void copy(int row, float[] target, int at) {
    ByteBuffer piece = pieces.get(row / rowsPerPiece);
    int from = row % rowsPerPiece * width * elementBytes;
    for (int i = 0; i < width; i++) {
      target[at + i] = elements.at(piece, from + i * elementBytes);
    }
  }
}
