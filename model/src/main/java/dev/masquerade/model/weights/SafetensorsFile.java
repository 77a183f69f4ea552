package dev.masquerade.model.weights;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
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
public final class SafetensorsFile implements TensorSource {

  private final Path path;
  private final FileChannel channel;
  private final FileRegions regions;
  private final SafetensorsHeader header;

  private SafetensorsFile(Path path, FileChannel channel, SafetensorsHeader header) {
    this.path = path;
    this.channel = channel;
    this.regions = new FileRegions(channel);
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

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Collection<TensorEntry> tensors() {
    return header.tensors.values();
  }

  @Override
  public Optional<TensorEntry> find(String name) {
    return Optional.ofNullable(header.tensors.get(name));
  }

  /** Returns the strings stored beside the tensors. */
  @Override
  public Map<String, String> metadata() {
    return header.metadata;
  }

  @Override
  public ByteBuffer bytes(String name) throws IOException {
    TensorEntry entry = get(name);
    if (entry.byteCount() > Integer.MAX_VALUE) {
      throw new InvalidWeightsException(
          path, "tensor \"" + name + "\" is too large for one buffer; read it in pieces");
    }
    return regions.map(begin(name), entry.byteCount());
  }

  @Override
  public void read(String name, Pieces pieces) throws IOException {
    TensorEntry entry = get(name);
    regions.read(begin(name), entry.byteCount(), pieces);
  }

  /** Returns where a tensor's first byte stands in the file. */
  public long begin(String name) {
    Long begin = header.begins.get(name);
    if (begin == null) {
      throw new IllegalArgumentException("there is no tensor \"" + name + "\"");
    }
    return begin;
  }

  @Override
  public void close() throws IOException {
    channel.close();
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
