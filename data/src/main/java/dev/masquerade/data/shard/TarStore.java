package dev.masquerade.data.shard;

import dev.masquerade.modality.BadSampleException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.archivers.zip.ZipEncoding;
import org.apache.commons.compress.archivers.zip.ZipEncodingHelper;
import org.jspecify.annotations.Nullable;

/*
 * Walks headers by seeking, a small stretch at a time: short members are passed in memory, long ones
 * are jumped over. Commons Compress has the same walk in TarFile, but that refuses a truncated file as a whole;
 * here what lies before the damage stays readable, and the damage is named with its offset. Fields
 * are decoded by Commons Compress.
 *
 * Names longer than a header come as GNU 'L' members or as PAX 'x' members; sizes beyond 8 GiB as
 * base-256 fields or PAX records. Both are understood. Sparse members are not members of samples.
 */
/** A tar, indexed once when opened. */
final class TarStore implements MemberStore {

  private static final int BLOCK = 512;
  private static final int NAME_LENGTH = 100;
  private static final int SIZE_OFFSET = 124;
  private static final int SIZE_LENGTH = 12;
  private static final int TYPE_OFFSET = 156;
  private static final int MAGIC_OFFSET = 257;
  private static final int PREFIX_OFFSET = 345;
  private static final int PREFIX_LENGTH = 155;
  private static final int LARGEST_EXTENSION = 1 << 20;
  private static final int STRETCH = 32 * BLOCK;
  private static final ZipEncoding UTF_8 = ZipEncodingHelper.getZipEncoding("UTF-8");

  private final FileChannel channel;
  private final long length;
  private final List<Member> members = new ArrayList<>();
  private @Nullable String damage;
  private String lastName = "";
  private long lastEnd;

  private TarStore(FileChannel channel) throws IOException {
    this.channel = channel;
    this.length = channel.size();
  }

  /**
   * Opens and indexes a tar.
   *
   * @param shard what messages call it
   * @throws UnusableShardsException if it is no tar at all, or a member's name climbs out
   */
  static TarStore open(Path path, String shard) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      TarStore store = new TarStore(channel);
      store.index(shard);
      return store;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public List<Member> members() {
    return members;
  }

  @Override
  public Optional<String> damage() {
    return Optional.ofNullable(damage);
  }

  @Override
  public byte[] read(Member member) throws IOException, BadSampleException {
    if (member.size() > Integer.MAX_VALUE - 8) {
      throw new BadSampleException(
          "member " + member.name() + " has " + member.size() + " bytes, more than can be read");
    }
    if (member.offset() + member.size() > length) {
      throw new BadSampleException(
          "member "
              + member.name()
              + " ends after "
              + Math.max(0, length - member.offset())
              + " of "
              + member.size()
              + " bytes: the tar is truncated at offset "
              + length);
    }
    byte[] bytes = new byte[(int) member.size()];
    readFully(bytes, bytes.length, member.offset());
    return bytes;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void index(String shard) throws IOException {
    byte[] header = new byte[BLOCK];
    byte[] stretch = new byte[STRETCH];
    long stretchFrom = 0;
    long stretchTo = 0;
    String longName = "";
    Map<String, String> records = new HashMap<>();
    long offset = 0;
    while (offset < length) {
      if (offset + BLOCK > length) {
        damage = "truncated at offset " + length + ", inside a header";
        break;
      }
      if (offset + BLOCK > stretchTo) {
        stretchFrom = offset;
        stretchTo = Math.min(length, offset + STRETCH);
        readFully(stretch, (int) (stretchTo - stretchFrom), offset);
      }
      System.arraycopy(stretch, (int) (offset - stretchFrom), header, 0, BLOCK);
      if (isZero(header)) {
        break;
      }
      if (!isHeader(header)) {
        if (offset == 0) {
          throw new UnusableShardsException(notATar(shard, header));
        }
        damage = "damaged at offset " + offset + ", where a header should be";
        break;
      }
      byte type = header[TYPE_OFFSET];
      long data = offset + BLOCK;
      long size = sizeOf(header, records);
      if (size < 0) {
        damage = "damaged at offset " + offset + ", where a header declares a negative size";
        break;
      }
      boolean extension =
          type == TarConstants.LF_GNUTYPE_LONGNAME
              || type == TarConstants.LF_GNUTYPE_LONGLINK
              || type == TarConstants.LF_PAX_EXTENDED_HEADER_LC
              || type == TarConstants.LF_PAX_EXTENDED_HEADER_UC
              || type == TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER;
      if (extension) {
        if (size > LARGEST_EXTENSION || data + size > length) {
          damage = "truncated at offset " + length + ", inside the long name of a member";
          break;
        }
        byte[] content = new byte[(int) size];
        readFully(content, content.length, data);
        if (type == TarConstants.LF_GNUTYPE_LONGNAME) {
          longName = TarUtils.parseName(content, 0, content.length, UTF_8);
        } else if (type == TarConstants.LF_PAX_EXTENDED_HEADER_LC
            || type == TarConstants.LF_PAX_EXTENDED_HEADER_UC) {
          readPaxRecords(content, records);
        }
      } else {
        if (type == TarConstants.LF_NORMAL
            || type == TarConstants.LF_OLDNORM
            || type == TarConstants.LF_CONTIG) {
          add(shard, nameOf(header, longName, records), data, size);
        }
        longName = "";
        records.clear();
      }
      offset = data + (size + BLOCK - 1) / BLOCK * BLOCK;
    }
    if (damage == null && lastEnd > length) {
      damage = "truncated at offset " + length + ", inside member " + lastName;
    }
  }

  private void add(String shard, String name, long data, long size) {
    if (name.endsWith("/")) {
      return;
    }
    if (MemberName.climbsOut(name)) {
      throw new UnusableShardsException(
          shard
              + ": member \""
              + name
              + "\" at offset "
              + (data - BLOCK)
              + " has a name that climbs out of its folder. Names must be relative and free of"
              + " \"..\". Rewrite the shard, and do not trust where it came from");
    }
    lastName = name;
    lastEnd = data + size;
    MemberName.inTar(name)
        .ifPresent(split -> members.add(new Member(name, split.key(), split.suffix(), data, size)));
  }

  private static String notATar(String shard, byte[] header) {
    boolean gzip = (header[0] & 0xff) == 0x1f && (header[1] & 0xff) == 0x8b;
    return gzip
        ? shard + ": is compressed with gzip, and samples are read at random. Unpack it with gunzip"
        : shard + ": is not a tar: its first 512 bytes are no tar header. Write the shard again";
  }

  private static String nameOf(byte[] header, String longName, Map<String, String> records)
      throws IOException {
    String path = records.get("path");
    if (path != null) {
      return path;
    }
    if (!longName.isEmpty()) {
      return longName;
    }
    String name = TarUtils.parseName(header, 0, NAME_LENGTH, UTF_8);
    // Old GNU tars keep times where USTAR keeps a prefix; only USTAR ends its magic with NUL.
    boolean ustar =
        header[MAGIC_OFFSET] == 'u'
            && header[MAGIC_OFFSET + 4] == 'r'
            && header[MAGIC_OFFSET + 5] == 0;
    String prefix = ustar ? TarUtils.parseName(header, PREFIX_OFFSET, PREFIX_LENGTH, UTF_8) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static long sizeOf(byte[] header, Map<String, String> records) {
    try {
      String declared = records.get("size");
      return declared != null
          ? Long.parseLong(declared)
          : TarUtils.parseOctalOrBinary(header, SIZE_OFFSET, SIZE_LENGTH);
    } catch (IllegalArgumentException e) {
      return -1;
    }
  }

  /** Reads records of the form "length key=value newline", where the length counts all of it. */
  private static void readPaxRecords(byte[] content, Map<String, String> records) {
    int from = 0;
    while (from < content.length) {
      int space = from;
      int recordLength = 0;
      while (space < content.length && content[space] >= '0' && content[space] <= '9') {
        recordLength = recordLength * 10 + content[space] - '0';
        space++;
      }
      int end = from + recordLength;
      if (recordLength <= space - from || end > content.length) {
        return;
      }
      String record =
          new String(content, space + 1, Math.max(0, end - space - 2), StandardCharsets.UTF_8);
      int equals = record.indexOf('=');
      if (equals > 0) {
        records.put(record.substring(0, equals), record.substring(equals + 1));
      }
      from = end;
    }
  }

  private static boolean isHeader(byte[] block) {
    try {
      return TarUtils.verifyCheckSum(block);
    } catch (IllegalArgumentException e) {
      return false; // the checksum field holds no number
    }
  }

  private static boolean isZero(byte[] block) {
    for (byte value : block) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  private void readFully(byte[] into, int count, long offset) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(into, 0, count);
    long at = offset;
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, at);
      if (read < 0) {
        throw new EOFException("the file became shorter while it was read, at offset " + at);
      }
      at += read;
    }
  }
}
