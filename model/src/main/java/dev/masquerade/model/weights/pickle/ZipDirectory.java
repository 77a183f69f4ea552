package dev.masquerade.model.weights.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the entries of a zip file stand, for files whose entries are stored as they are: then an
 * entry is a range of the file and can be mapped. Knows the 64-bit form.
 *
 * <p>The JDK's reader does not say where an entry begins. Entries that are compressed, encrypted,
 * overlapping or outside the file are refused.
 */
final class ZipDirectory {

  /**
   * A range of the file.
   *
   * @param begin first byte
   * @param length bytes
   */
  record Range(long begin, long length) {}

  private record Entry(String name, long header, long length) {}

  private record Whereabouts(long begin, long length, long entries) {}

  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int LOCATOR = 0x07064b50;
  private static final int LOCATOR_BYTES = 20;
  private static final int END64 = 0x06064b50;
  private static final int END64_BYTES = 56;
  private static final int CENTRAL = 0x02014b50;
  private static final int CENTRAL_BYTES = 46;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int WIDE_FIELD = 1;
  private static final long LARGEST = 16 << 20;
  private static final int MOST_ENTRIES = 100_000;

  private final FileChannel channel;
  private final long size;

  private ZipDirectory(FileChannel channel) throws IOException {
    this.channel = channel;
    this.size = channel.size();
  }

  /** Reads the ranges of all files in a zip file, by name. */
  static Map<String, Range> read(FileChannel channel) throws IOException {
    return new ZipDirectory(channel).read();
  }

  private Map<String, Range> read() throws IOException {
    Whereabouts directory = find();
    if (directory.begin < 0
        || directory.length < 0
        || directory.length > LARGEST
        || directory.entries < 0
        || directory.entries > MOST_ENTRIES
        || directory.entries * CENTRAL_BYTES > directory.length
        || directory.begin > size - directory.length) {
      throw damaged("its directory cannot be where it says");
    }
    ByteBuffer bytes = bytes(directory.begin, (int) directory.length);
    List<Entry> entries = new ArrayList<>();
    for (long i = 0; i < directory.entries; i++) {
      entries.add(central(bytes));
    }
    return ranges(entries, directory.begin);
  }

  /** Finds the directory by the record at the end of the file, whose own length may vary. */
  private Whereabouts find() throws IOException {
    int tail = (int) Math.min(size, END_BYTES + LONGEST_COMMENT);
    ByteBuffer bytes = bytes(size - tail, tail);
    for (int at = tail - END_BYTES; at >= 0; at--) {
      if (bytes.getInt(at) == END
          && Short.toUnsignedInt(bytes.getShort(at + 20)) == tail - END_BYTES - at) {
        Whereabouts narrow =
            new Whereabouts(
                Integer.toUnsignedLong(bytes.getInt(at + 16)),
                Integer.toUnsignedLong(bytes.getInt(at + 12)),
                Short.toUnsignedInt(bytes.getShort(at + 10)));
        return widened(narrow, size - tail + at);
      }
    }
    throw damaged("the record at its end is missing");
  }

  private Whereabouts widened(Whereabouts narrow, long end) throws IOException {
    if (end < LOCATOR_BYTES) {
      return narrow;
    }
    ByteBuffer locator = bytes(end - LOCATOR_BYTES, LOCATOR_BYTES);
    if (locator.getInt(0) != LOCATOR) {
      return narrow;
    }
    long at = locator.getLong(8);
    if (at < 0 || at > end - LOCATOR_BYTES - END64_BYTES) {
      throw damaged("the record at its end is missing");
    }
    ByteBuffer wide = bytes(at, END64_BYTES);
    if (wide.getInt(0) != END64) {
      throw damaged("the record at its end is missing");
    }
    return new Whereabouts(wide.getLong(48), wide.getLong(40), wide.getLong(32));
  }

  private Entry central(ByteBuffer bytes) throws IOException {
    int at = bytes.position();
    if (bytes.remaining() < CENTRAL_BYTES || bytes.getInt(at) != CENTRAL) {
      throw damaged("its directory ends too early");
    }
    int nameLength = Short.toUnsignedInt(bytes.getShort(at + 28));
    int extraLength = Short.toUnsignedInt(bytes.getShort(at + 30));
    int commentLength = Short.toUnsignedInt(bytes.getShort(at + 32));
    int whole = CENTRAL_BYTES + nameLength + extraLength + commentLength;
    if (bytes.remaining() < whole) {
      throw damaged("its directory ends too early");
    }
    byte[] name = new byte[nameLength];
    bytes.get(at + CENTRAL_BYTES, name);
    String text = new String(name, StandardCharsets.UTF_8);
    long stored = Integer.toUnsignedLong(bytes.getInt(at + 20));
    long length = Integer.toUnsignedLong(bytes.getInt(at + 24));
    long header = Integer.toUnsignedLong(bytes.getInt(at + 42));
    ByteBuffer wide =
        wideField(bytes.slice(at + CENTRAL_BYTES + nameLength, extraLength)).order(bytes.order());
    length = length == 0xffff_ffffL ? next(wide) : length;
    stored = stored == 0xffff_ffffL ? next(wide) : stored;
    header = header == 0xffff_ffffL ? next(wide) : header;
    if ((bytes.getShort(at + 8) & 1) != 0) {
      throw new RefusedPickleException(
          "has the encrypted entry " + RefusedPickleException.quote(text) + ". Decrypt it first");
    }
    if (bytes.getShort(at + 10) != 0 || stored != length) {
      throw new RefusedPickleException(
          "has the compressed entry "
              + RefusedPickleException.quote(text)
              + ". torch.save never compresses: save the file again, or zip it with -0");
    }
    bytes.position(at + whole);
    return new Entry(text, header, length);
  }

  /** Returns the values of the field with 64-bit lengths, or an empty buffer without one. */
  private static ByteBuffer wideField(ByteBuffer extra) {
    extra.order(ByteOrder.LITTLE_ENDIAN);
    while (extra.remaining() >= 4) {
      int id = Short.toUnsignedInt(extra.getShort());
      int length = Math.min(Short.toUnsignedInt(extra.getShort()), extra.remaining());
      if (id == WIDE_FIELD) {
        return extra.slice(extra.position(), length);
      }
      extra.position(extra.position() + length);
    }
    return extra.slice(extra.position(), 0);
  }

  private long next(ByteBuffer wide) throws IOException {
    long value = wide.remaining() < Long.BYTES ? -1 : wide.getLong();
    if (value < 0) {
      throw damaged("the length of an entry is missing");
    }
    return value;
  }

  /**
   * Finds the data behind each entry's own header; none may reach into another or the directory.
   */
  private Map<String, Range> ranges(List<Entry> entries, long directory) throws IOException {
    List<Entry> inOrder = new ArrayList<>(entries);
    inOrder.sort(Comparator.comparingLong(Entry::header));
    Map<String, Range> ranges = new HashMap<>();
    long reached = 0;
    for (Entry entry : inOrder) {
      if (entry.header < reached || entry.header > directory - LOCAL_BYTES) {
        throw overlapping(entry);
      }
      ByteBuffer local = bytes(entry.header, LOCAL_BYTES);
      byte[] name = entry.name.getBytes(StandardCharsets.UTF_8);
      int nameLength = Short.toUnsignedInt(local.getShort(26));
      long begin =
          entry.header + LOCAL_BYTES + nameLength + Short.toUnsignedInt(local.getShort(28));
      if (local.getInt(0) != LOCAL || nameLength != name.length) {
        throw damaged("an entry is not where its directory says");
      }
      if (begin > directory || entry.length > directory - begin) {
        throw overlapping(entry);
      }
      if (!bytes(entry.header + LOCAL_BYTES, nameLength).equals(ByteBuffer.wrap(name))) {
        throw damaged("an entry has two names");
      }
      reached = begin + entry.length;
      if (ranges.put(entry.name, new Range(begin, entry.length)) != null) {
        throw damaged("an entry stands in it twice");
      }
    }
    return ranges;
  }

  private static RefusedPickleException overlapping(Entry entry) {
    return new RefusedPickleException(
        "has the entry "
            + RefusedPickleException.quote(entry.name)
            + " of "
            + entry.length
            + " bytes, which overlaps another or leaves the file. It is damaged or was made to do"
            + " harm");
  }

  private static RefusedPickleException damaged(String how) {
    return new RefusedPickleException(
        "is a damaged zip file: " + how + ". Was it copied completely?");
  }

  private ByteBuffer bytes(long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) <= 0) {
        throw damaged("it ends too early");
      }
    }
    return bytes.flip();
  }
}
