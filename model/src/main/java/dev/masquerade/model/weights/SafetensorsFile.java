package dev.masquerade.model.weights;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a safetensors file of any size, without loading it: tensors are mapped into memory when
 * asked for.
 *
 * <p>Buffers handed out stay valid after closing, until they are garbage. The file must not be
 * truncated meanwhile. Safe for use by several threads.
 *
 * @see <a href="https://github.com/huggingface/safetensors">The format</a>
 */
public final class SafetensorsFile implements Closeable {

  /** Bytes mapped at once when values are copied; a multiple of every element's size. */
  private static final int WINDOW = 1 << 26;

  private final Path path;
  private final FileChannel channel;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, FileChannel channel, SafetensorsHeader header) {
    this.path = path;
    this.channel = channel;
    this.header = header;
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws InvalidWeightsException if it is not there, is no safetensors file, or its header does
   *     not describe it
   */
  public static SafetensorsFile open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new InvalidWeightsException(
          path, "is a directory. Name the safetensors file in it, such as model.safetensors");
    }
    FileChannel channel;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw new InvalidWeightsException(path, "there is no such file", e);
    }
    try {
      SafetensorsHeader header =
          SafetensorsHeader.read(
              path, channel.size(), (target, position) -> fill(channel, target, position));
      return new SafetensorsFile(path, channel, header);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Returns the file. */
  public Path path() {
    return path;
  }

  /** Returns all tensors, in the order of the header. */
  public Collection<TensorEntry> tensors() {
    return header.tensors.values();
  }

  /** Returns one tensor's description, or empty where the file has none of this name. */
  public Optional<TensorEntry> find(String name) {
    return Optional.ofNullable(header.tensors.get(name));
  }

  /**
   * Returns one tensor's description.
   *
   * @throws InvalidWeightsException if the file has none of this name
   */
  public TensorEntry get(String name) throws InvalidWeightsException {
    TensorEntry entry = header.tensors.get(name);
    if (entry == null) {
      throw new InvalidWeightsException(path, "has no tensor \"" + name + "\"");
    }
    return entry;
  }

  /** Returns the strings stored beside the tensors. */
  public Map<String, String> metadata() {
    return header.metadata;
  }

  /**
   * Maps one tensor's bytes.
   *
   * @return direct, read-only, little-endian, of exactly the tensor's bytes
   * @throws InvalidWeightsException if the tensor does not fit one buffer (2 GiB); use {@link
   *     #copy} then
   */
  public ByteBuffer bytes(String name) throws IOException {
    TensorEntry entry = get(name);
    if (entry.end() - entry.begin() > Integer.MAX_VALUE) {
      throw new InvalidWeightsException(
          path, "tensor \"" + name + "\" is too large for one buffer; read it in pieces");
    }
    return map(entry.begin(), entry.end() - entry.begin());
  }

  /**
   * Copies one tensor's values as floats, whatever type they are stored as.
   *
   * @param target has room for all of them; its position advances by their number
   */
  public void copy(String name, FloatBuffer target) throws IOException {
    TensorEntry entry = get(name);
    if (target.remaining() < entry.elements()) {
      throw new IllegalArgumentException(
          name + " has " + entry.elements() + " values, the target only " + target.remaining());
    }
    for (long at = entry.begin(); at < entry.end(); at += WINDOW) {
      ByteBuffer window = map(at, Math.min(WINDOW, entry.end() - at));
      if (entry.type() == ElementType.F32) {
        target.put(window.asFloatBuffer());
        continue;
      }
      int values = window.remaining() / entry.type().bytes();
      for (int i = 0; i < values; i++) {
        target.put(entry.type().floatAt(window, i));
      }
    }
  }

  /** Returns one tensor's values as floats, in row-major order. */
  public float[] floats(String name) throws IOException {
    float[] values = new float[count(get(name))];
    copy(name, FloatBuffer.wrap(values));
    return values;
  }

  /** Returns the values of a tensor of whole numbers or booleans, in row-major order. */
  public long[] longs(String name) throws IOException {
    TensorEntry entry = get(name);
    if (!entry.type().isWhole()) {
      throw new InvalidWeightsException(
          path, "tensor \"" + name + "\" holds " + entry.type() + ", not whole numbers");
    }
    long[] values = new long[count(entry)];
    ByteBuffer bytes = bytes(name);
    for (int i = 0; i < values.length; i++) {
      values[i] = entry.type().longAt(bytes, i);
    }
    return values;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private int count(TensorEntry entry) throws InvalidWeightsException {
    if (entry.elements() > Integer.MAX_VALUE - 8) {
      throw new InvalidWeightsException(
          path, "tensor \"" + entry.name() + "\" is too large for an array; read it in pieces");
    }
    return (int) entry.elements();
  }

  private ByteBuffer map(long begin, long length) throws IOException {
    return channel.map(FileChannel.MapMode.READ_ONLY, begin, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void fill(FileChannel channel, ByteBuffer target, long position)
      throws IOException {
    while (target.hasRemaining()) {
      int read = channel.read(target, position + target.position());
      if (read < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
    }
  }
}
