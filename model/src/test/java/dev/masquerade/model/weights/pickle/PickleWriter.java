package dev.masquerade.model.weights.pickle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes pickles operation by operation, and files around them, as good or bad as asked. */
final class PickleWriter {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  static PickleWriter protocol2() {
    return new PickleWriter().raw(0x80, 2);
  }

  PickleWriter raw(int... values) {
    for (int value : values) {
      bytes.write(value);
    }
    return this;
  }

  PickleWriter ops(String ascii) {
    bytes.writeBytes(ascii.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  PickleWriter global(String module, String name) {
    return ops("c" + module + "\n" + name + "\n");
  }

  PickleWriter text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    bytes.write('X');
    bytes.writeBytes(little(4).putInt(utf8.length).array());
    bytes.writeBytes(utf8);
    return this;
  }

  /** Writes a number of up to 8 bytes. */
  PickleWriter number(long value) {
    raw(0x8a, 8);
    bytes.writeBytes(little(8).putLong(value).array());
    return this;
  }

  PickleWriter tuple(long... values) {
    ops("(");
    for (long value : values) {
      number(value);
    }
    return ops("t");
  }

  /** Pushes a storage. */
  PickleWriter storage(String type, String key, long elements) {
    return ops("(")
        .text("storage")
        .global("torch", type)
        .text(key)
        .text("cpu")
        .number(elements)
        .ops("tQ");
  }

  /** Pushes a tensor over a storage of its own. */
  PickleWriter tensor(
      String type, String key, long elements, long offset, long[] shape, long[] strides) {
    return global("torch._utils", "_rebuild_tensor_v2")
        .ops("(")
        .storage(type, key, elements)
        .number(offset)
        .tuple(shape)
        .tuple(strides)
        .raw(0x89)
        .ops("}tR");
  }

  byte[] end() {
    return ops(".").bytes.toByteArray();
  }

  private static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Writes a zip file of stored entries in a folder. */
  static Path zip(Path file, String folder, Map<String, byte[]> entries) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.setMethod(ZipOutputStream.STORED);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry stored = new ZipEntry(folder + "/" + entry.getKey());
        CRC32 crc = new CRC32();
        crc.update(entry.getValue());
        stored.setCrc(crc.getValue());
        stored.setSize(entry.getValue().length);
        zip.putNextEntry(stored);
        zip.write(entry.getValue());
      }
    }
    return file;
  }

  /** Writes a pickle with one storage, {@code 0}, as a file. */
  static Path file(Path file, byte[] pickle, byte[] storage) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("data.pkl", pickle);
    entries.put("data/0", storage);
    return zip(file, "archive", entries);
  }
}
