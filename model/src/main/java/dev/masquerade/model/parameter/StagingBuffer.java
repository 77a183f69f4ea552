package dev.masquerade.model.parameter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Direct memory through which values pass to a device, used again for the next tensor. The engine
 * would allocate as much anew for every tensor, and only garbage collection frees that.
 */
final class StagingBuffer {

  private ByteBuffer bytes = ByteBuffer.allocateDirect(0);

  /** Copies values; valid until the next call. */
  ByteBuffer copyOf(FloatBuffer values) {
    int size = Math.multiplyExact(values.remaining(), Float.BYTES);
    if (bytes.capacity() < size) {
      bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }
    bytes.clear().limit(size);
    bytes.asFloatBuffer().put(values.duplicate());
    return bytes;
  }
}
