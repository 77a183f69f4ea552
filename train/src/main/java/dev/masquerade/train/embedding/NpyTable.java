package dev.masquerade.train.embedding;

import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.code.NpyHeader;
import dev.masquerade.modality.code.NpyType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Embeddings in an {@code .npy} file of two dimensions. */
final class NpyTable implements EmbeddingTable {

  /** No header of two dimensions is longer. */
  private static final int MOST_HEADER = 1 << 16;

  private final MappedRows rows;
  private final List<EmbeddingKey> keys;

  private NpyTable(MappedRows rows, List<EmbeddingKey> keys) {
    this.rows = rows;
    this.keys = keys;
  }

  static NpyTable open(Path file) throws IOException {
    MappedRows rows = map(file);
    return new NpyTable(rows, KeysFile.read(file, rows.rows()));
  }

  private static MappedRows map(Path file) throws IOException {
    NpyHeader header;
    long size;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      size = channel.size();
      ByteBuffer start = ByteBuffer.allocate((int) Math.min(size, MOST_HEADER));
      int read = channel.read(start);
      while (start.hasRemaining() && read >= 0) {
        read = channel.read(start);
      }
      header = NpyHeader.read(start.flip());
    } catch (BadSampleException e) {
      throw new InvalidEmbeddingsException(file, String.valueOf(e.getMessage()), e);
    }
    NpyType type = header.type();
    if (header.shape().size() != 2 || !type.isReal()) {
      throw new InvalidEmbeddingsException(
          file,
          "embeddings are real numbers of shape (rows, width); this is "
              + type
              + " of shape "
              + header.shape());
    }
    int count = header.shape().get(0);
    int width = header.shape().get(1);
    long needed = (long) count * width * type.bytes();
    if (size - header.bytes() < needed) {
      throw new InvalidEmbeddingsException(
          file,
          "ends after "
              + (size - header.bytes())
              + " of "
              + needed
              + " bytes. Was it copied completely?");
    }
    return MappedRows.map(
        file,
        header.bytes(),
        count,
        width,
        type.bytes(),
        header.order(),
        (bytes, at) -> (float) type.real(bytes, at));
  }

  @Override
  public int rows() {
    return rows.rows();
  }

  @Override
  public int width() {
    return rows.width();
  }

  @Override
  public EmbeddingKey key(int row) {
    return keys.get(row);
  }

  @Override
  public void copy(int row, float[] target, int at) {
    rows.copy(row, target, at);
  }

  @Override
  public void close() {}
}
