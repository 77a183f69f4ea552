package dev.masquerade.model.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/**
 * One tensor to be written. Its values are asked for when its turn comes, so that a model of any
 * size can be written while only one tensor is in memory.
 *
 * @param name unique in the file
 * @param type of its values
 * @param shape lengths of its axes
 * @param values writes exactly the tensor's bytes, little-endian, row-major
 */
public record TensorContent(String name, ElementType type, List<Long> shape, Values values) {

  private static final int CHUNK = 1 << 20;

  /** Where the values come from. */
  @FunctionalInterface
  public interface Values {
    /** Writes all bytes of the tensor. */
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  public TensorContent {
    shape = List.copyOf(shape);
    for (long length : shape) {
      if (length < 0) {
        throw new IllegalArgumentException(name + " has a negative length in its shape " + shape);
      }
    }
  }

  /** Describes a tensor of floats. The buffer is read when written, from its position on. */
  public static TensorContent floats(String name, List<Long> shape, FloatBuffer values) {
    return new TensorContent(
        name, ElementType.F32, shape, channel -> writeFloats(values.duplicate(), channel));
  }

  /** Describes a tensor of floats. */
  public static TensorContent floats(String name, List<Long> shape, float... values) {
    return floats(name, shape, FloatBuffer.wrap(values));
  }

  /** Describes a tensor of floats that is stored as bfloat16, rounded to nearest. */
  public static TensorContent bfloat16(String name, List<Long> shape, FloatBuffer values) {
    return new TensorContent(
        name,
        ElementType.BF16,
        shape,
        channel -> {
          FloatBuffer source = values.duplicate();
          ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
          while (source.hasRemaining()) {
            chunk.clear();
            while (source.hasRemaining() && chunk.hasRemaining()) {
              chunk.putShort(ElementType.floatToBfloat16(source.get()));
            }
            writeAll(chunk.flip(), channel);
          }
        });
  }

  /**
   * Describes a tensor by its bytes.
   *
   * @param bytes little-endian, row-major, from its position on
   */
  public static TensorContent bytes(
      String name, ElementType type, List<Long> shape, ByteBuffer bytes) {
    return new TensorContent(name, type, shape, channel -> writeAll(bytes.duplicate(), channel));
  }

  /** Describes a tensor of 64-bit whole numbers. */
  public static TensorContent longs(String name, List<Long> shape, long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Long.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return bytes(name, ElementType.I64, shape, bytes);
  }

  /** Returns the number of bytes its values take. */
  public long byteCount() {
    return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
  }

  private static void writeFloats(FloatBuffer source, WritableByteChannel channel)
      throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer floats = chunk.asFloatBuffer();
    while (source.hasRemaining()) {
      floats.clear();
      int count = Math.min(floats.remaining(), source.remaining());
      floats.put(source.duplicate().limit(source.position() + count));
      source.position(source.position() + count);
      writeAll(chunk.clear().limit(count * Float.BYTES), channel);
    }
  }

  private static void writeAll(ByteBuffer bytes, WritableByteChannel channel) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
