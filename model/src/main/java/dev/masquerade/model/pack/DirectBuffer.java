package dev.masquerade.model.pack;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A direct buffer that grows and is used again. */
final class DirectBuffer {

  private static final int SMALLEST = 1 << 12;

  private ByteBuffer buffer = ByteBuffer.allocateDirect(SMALLEST).order(ByteOrder.nativeOrder());

  /** Empties the buffer and makes sure that {@code bytes} fit. */
  ByteBuffer startWriting(long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a packed batch may hold 2 GiB per kind of content, needs " + bytes + " bytes");
    }
    if (buffer.capacity() < bytes) {
      // Half as much again, so that slowly growing batches do not allocate each time.
      long roomy = Math.min(Integer.MAX_VALUE, bytes + bytes / 2);
      buffer = ByteBuffer.allocateDirect((int) roomy).order(ByteOrder.nativeOrder());
    }
    buffer.clear();
    return buffer;
  }

  /** Returns a view of what was written, from 0 to the last byte. */
  ByteBuffer written() {
    return buffer.duplicate().flip().slice().order(ByteOrder.nativeOrder());
  }
}
