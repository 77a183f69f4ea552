package dev.masquerade.model.weights.pickle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * A part of a file as a stream that knows where it is and how much is left. Reading past its end is
 * an error, not an end: a pickle says itself where it stops.
 */
final class PickleInput extends InputStream {

  private static final int BUFFER = 1 << 16;

  private final FileChannel channel;
  private final long end;
  private final ByteBuffer buffer;
  private long next;

  /**
   * Opens a part of a file.
   *
   * @param begin first byte
   * @param end byte after the last
   */
  PickleInput(FileChannel channel, long begin, long end) {
    this.channel = channel;
    this.end = end;
    this.next = begin;
    this.buffer = ByteBuffer.allocate((int) Math.max(1, Math.min(BUFFER, end - begin))).limit(0);
  }

  /** Returns where the next byte stands in the file. */
  long position() {
    return next - buffer.remaining();
  }

  /** Returns how many bytes are left. */
  long remaining() {
    return end - position();
  }

  @Override
  public int read() throws IOException {
    fill();
    return buffer.get() & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    fill();
    int count = Math.min(length, buffer.remaining());
    buffer.get(target, offset, count);
    return count;
  }

  /** Reads exactly {@code count} bytes; nothing is allocated for more than there are. */
  byte[] take(long count) throws IOException {
    if (count < 0 || count > remaining() || count > Integer.MAX_VALUE - 8) {
      throw new RefusedPickleException(
          "announces "
              + count
              + " bytes at byte "
              + position()
              + ", where "
              + remaining()
              + " are left. Was it copied completely?");
    }
    byte[] bytes = new byte[(int) count];
    int read = 0;
    while (read < bytes.length) {
      read += read(bytes, read, bytes.length - read);
    }
    return bytes;
  }

  private void fill() throws IOException {
    if (buffer.hasRemaining()) {
      return;
    }
    if (next >= end) {
      throw new RefusedPickleException(
          "ends at byte " + end + " in the middle of its pickle. Was it copied completely?");
    }
    buffer.clear().limit((int) Math.min(buffer.capacity(), end - next));
    int read = channel.read(buffer, next);
    if (read <= 0) {
      buffer.limit(0);
      throw new RefusedPickleException("became shorter while it was read");
    }
    next += read;
    buffer.flip();
  }
}
