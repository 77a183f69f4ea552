package dev.masquerade.model.weights;

import dev.masquerade.model.weights.pickle.PickledFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * Named tensors in a file, whatever its format. Values are read when asked for, never all at once.
 *
 * <p>Buffers handed out stay valid after closing, until they are garbage. The file must not be
 * truncated meanwhile. Safe for use by several threads.
 */
public interface TensorSource extends Closeable {

  /** Receives a tensor's bytes piece by piece. */
  @FunctionalInterface
  interface Pieces {
    /**
     * Takes the next piece.
     *
     * @param values whole values, little-endian, from position to limit; valid during this call
     */
    void take(ByteBuffer values) throws IOException;
  }

  /**
   * Opens a file of tensors: safetensors, or what {@code torch.save} wrote, which of them is told
   * by its first bytes; or several safetensors files by their index.
   *
   * @throws InvalidWeightsException if it is not there, or is no such file, or a damaged one
   */
  static TensorSource open(Path path) throws IOException {
    if (ShardedTensors.isIndex(path)) {
      return ShardedTensors.open(path);
    }
    return PickledFile.isPickled(path) ? PickledFile.open(path) : SafetensorsFile.open(path);
  }

  /** Returns the file. */
  Path path();

  /** Returns all tensors, in the order of the file. */
  Collection<TensorEntry> tensors();

  /** Returns one tensor's description, or empty where the file has none of this name. */
  Optional<TensorEntry> find(String name);

  /** Returns short texts stored beside the tensors. */
  Map<String, String> metadata();

  /**
   * Reads one tensor's values in row-major order.
   *
   * @throws InvalidWeightsException if the file has none of this name
   */
  void read(String name, Pieces pieces) throws IOException;

  /**
   * Returns one tensor's bytes in row-major order, mapped from the file where it stores them so.
   *
   * @return direct, read-only, little-endian, of exactly the tensor's bytes
   * @throws InvalidWeightsException if the tensor does not fit one buffer (2 GiB); use {@link
   *     #read} or {@link #copy} then
   */
  ByteBuffer bytes(String name) throws IOException;

  /**
   * Returns one tensor's description.
   *
   * @throws InvalidWeightsException if the file has none of this name
   */
  default TensorEntry get(String name) throws InvalidWeightsException {
    Optional<TensorEntry> entry = find(name);
    if (entry.isEmpty()) {
      throw new InvalidWeightsException(path(), "has no tensor \"" + name + "\"");
    }
    return entry.get();
  }

  /**
   * Copies one tensor's values as floats, whatever type they are stored as.
   *
   * @param target has room for all of them; its position advances by their number
   */
  default void copy(String name, FloatBuffer target) throws IOException {
    TensorEntry entry = get(name);
    if (target.remaining() < entry.elements()) {
      throw new IllegalArgumentException(
          name + " has " + entry.elements() + " values, the target only " + target.remaining());
    }
    read(
        name,
        piece -> {
          ByteBuffer values = piece.slice().order(ByteOrder.LITTLE_ENDIAN);
          if (entry.type() == ElementType.F32) {
            target.put(values.asFloatBuffer());
            return;
          }
          int count = values.remaining() / entry.type().bytes();
          for (int i = 0; i < count; i++) {
            target.put(entry.type().floatAt(values, i));
          }
        });
  }

  /** Returns one tensor's values as floats, in row-major order. */
  default float[] floats(String name) throws IOException {
    float[] values = new float[count(get(name))];
    copy(name, FloatBuffer.wrap(values));
    return values;
  }

  /** Returns the values of a tensor of whole numbers or booleans, in row-major order. */
  default long[] longs(String name) throws IOException {
    TensorEntry entry = get(name);
    if (!entry.type().isWhole()) {
      throw new InvalidWeightsException(
          path(), "tensor \"" + name + "\" holds " + entry.type() + ", not whole numbers");
    }
    long[] values = new long[count(entry)];
    ByteBuffer bytes = bytes(name);
    for (int i = 0; i < values.length; i++) {
      values[i] = entry.type().longAt(bytes, i);
    }
    return values;
  }

  /** Describes one tensor as content to be written elsewhere, read when its turn comes. */
  default TensorContent content(String name) throws InvalidWeightsException {
    TensorEntry entry = get(name);
    return new TensorContent(
        name,
        entry.type(),
        entry.shape(),
        channel ->
            read(
                name,
                piece -> {
                  while (piece.hasRemaining()) {
                    channel.write(piece);
                  }
                }));
  }

  private int count(TensorEntry entry) throws InvalidWeightsException {
    if (entry.elements() > Integer.MAX_VALUE - 8) {
      throw new InvalidWeightsException(
          path(), "tensor \"" + entry.name() + "\" is too large for an array; read it in pieces");
    }
    return (int) entry.elements();
  }
}
