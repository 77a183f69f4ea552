package dev.masquerade.model.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Hands out parts of a file: mapped, or read where mapping would cost more than it saves. */
public final class FileRegions {

  /** Below this a read is cheaper than a mapping, of which a process has only so many. */
  private static final int SMALL = 1 << 16;

  /** Bytes handed out at once; a multiple of every element's size. */
  private static final int WINDOW = 1 << 26;

  private final FileChannel channel;

  /** Creates regions of a file, which its owner closes. */
  public FileRegions(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Maps a part of the file.
   *
   * @return direct, read-only, little-endian; valid until it is garbage
   */
  public ByteBuffer map(long begin, long length) throws IOException {
    return channel.map(FileChannel.MapMode.READ_ONLY, begin, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Hands a part of the file over in pieces, each a multiple of 8 bytes except the last. */
  public void read(long begin, long length, TensorSource.Pieces pieces) throws IOException {
    for (long at = 0; at < length; at += WINDOW) {
      long count = Math.min(WINDOW, length - at);
      pieces.take(count < SMALL ? copy(begin + at, (int) count) : map(begin + at, count));
    }
  }

  private ByteBuffer copy(long begin, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, begin + bytes.position()) < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
    }
    return bytes.flip();
  }
}
