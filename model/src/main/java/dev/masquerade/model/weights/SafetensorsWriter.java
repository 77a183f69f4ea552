package dev.masquerade.model.weights;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes safetensors files of any size, one tensor after another.
 *
 * <p>A file appears under its name only once all of it is on disk: it is written under another name
 * beside it, forced, and renamed. Whatever fails before leaves a file of that name as it was.
 *
 * <p>Tensors of wide types come first, then by name, so that every tensor is aligned and equal
 * contents give equal files.
 */
public final class SafetensorsWriter {

  /**
   * What was written.
   *
   * @param bytes size of the file
   * @param sha256 digest of the file in lower-case hex
   */
  public record Written(long bytes, String sha256) {}

  /** Opens the file to write to; tests put a failing disk here. */
  interface Opener {
    WritableByteChannel open(Path path) throws IOException;
  }

  private SafetensorsWriter() {}

  /**
   * Writes a file, replacing one of the same name.
   *
   * @param target its directory must exist
   * @param metadata strings to store beside the tensors
   * @param tensors in any order
   * @throws IOException if writing failed, for example because the disk is full; {@code target} is
   *     then as it was before
   */
  public static Written write(
      Path target, Map<String, String> metadata, List<TensorContent> tensors) throws IOException {
    return write(
        target,
        metadata,
        tensors,
        path -> FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  static Written write(
      Path target, Map<String, String> metadata, List<TensorContent> tensors, Opener opener)
      throws IOException {
    List<TensorContent> inOrder = new ArrayList<>(tensors);
    inOrder.sort(
        Comparator.comparing((TensorContent tensor) -> -tensor.type().bytes())
            .thenComparing(TensorContent::name));
    ByteBuffer header = header(metadata, inOrder);
    Path partial =
        target.resolveSibling(
            "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    Files.deleteIfExists(partial);
    try {
      Written written;
      try (WritableByteChannel file = opener.open(partial)) {
        DigestingChannel channel = new DigestingChannel(file);
        while (header.hasRemaining()) {
          channel.write(header);
        }
        for (TensorContent tensor : inOrder) {
          long before = channel.count;
          tensor.values().writeTo(channel);
          if (channel.count - before != tensor.byteCount()) {
            throw new IllegalStateException(
                tensor.name()
                    + " of shape "
                    + tensor.shape()
                    + " should be "
                    + tensor.byteCount()
                    + " bytes, but wrote "
                    + (channel.count - before));
          }
        }
        if (file instanceof FileChannel onDisk) {
          onDisk.force(true);
        }
        written = channel.finish();
      }
      Files.move(
          partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      forceDirectory(target);
      return written;
    } catch (IOException | RuntimeException e) {
      try {
        Files.deleteIfExists(partial);
      } catch (IOException cleanup) {
        e.addSuppressed(cleanup);
      }
      throw e;
    }
  }

  /** Returns length and JSON, padded with spaces so that the data starts at a multiple of 8. */
  private static ByteBuffer header(Map<String, String> metadata, List<TensorContent> tensors)
      throws IOException {
    StringWriter text = new StringWriter();
    Set<String> names = new HashSet<>();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setHtmlSafe(false);
      json.beginObject();
      if (!metadata.isEmpty()) {
        json.name(SafetensorsHeader.METADATA).beginObject();
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
          json.name(entry.getKey()).value(entry.getValue());
        }
        json.endObject();
      }
      long offset = 0;
      for (TensorContent tensor : tensors) {
        if (!names.add(tensor.name()) || tensor.name().equals(SafetensorsHeader.METADATA)) {
          throw new IllegalArgumentException(
              "\"" + tensor.name() + "\" cannot be the name of a tensor, or of two");
        }
        json.name(tensor.name()).beginObject();
        json.name("dtype").value(tensor.type().name());
        json.name("shape").beginArray();
        for (long length : tensor.shape()) {
          json.value(length);
        }
        json.endArray();
        json.name("data_offsets").beginArray();
        json.value(offset);
        offset = Math.addExact(offset, tensor.byteCount());
        json.value(offset).endArray();
        json.endObject();
      }
      json.endObject();
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (bytes.length + 7) / 8 * 8;
    if (padded > SafetensorsHeader.LARGEST) {
      throw new IllegalArgumentException(
          "names and metadata take " + padded + " bytes, more than safetensors allows");
    }
    ByteBuffer header = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(padded).put(bytes);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.flip();
  }

  /** Makes the rename itself last, where the platform lets a directory be opened. */
  private static void forceDirectory(Path target) {
    Path directory = target.toAbsolutePath().getParent();
    if (directory == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows cannot open directories; the rename is atomic there all the same.
      return;
    }
  }

  /** Counts and digests what passes through. */
  private static final class DigestingChannel implements WritableByteChannel {
    private final WritableByteChannel file;
    private final MessageDigest digest;
    private long count;

    DigestingChannel(WritableByteChannel file) {
      this.file = file;
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      if (!isOpen()) {
        throw new ClosedChannelException();
      }
      ByteBuffer copy = source.duplicate();
      int written = file.write(source);
      digest.update(copy.limit(copy.position() + written));
      count += written;
      return written;
    }

    Written finish() {
      return new Written(count, HexFormat.of().formatHex(digest.digest()));
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
