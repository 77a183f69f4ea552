package dev.masquerade.data.prepare;

import dev.masquerade.data.shard.ShardDigest;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes one WebDataset tar. Equal samples give equal bytes: times and owners are fixed and members
 * of a sample are sorted.
 *
 * <p>The tar grows under a name of its own and gets its real name in {@link #finish}, at once. A
 * writer closed before that leaves nothing behind. Used by one thread.
 */
public final class TarShardWriter implements Closeable {

  private static final int BUFFER = 1 << 16;
  private static final int MODE = 0644;

  private final Path file;
  private final Path partial;
  private final MessageDigest digest = ShardDigest.sha256();
  private final TarArchiveOutputStream tar;
  private final Set<String> keys = new HashSet<>();
  private boolean open = true;

  private TarShardWriter(Path file) throws IOException {
    this.file = file;
    this.partial = file.resolveSibling(file.getFileName() + ".partial");
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial), BUFFER);
    tar = new TarArchiveOutputStream(new DigestOutputStream(out, digest), "UTF-8");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
  }

  /** Starts a tar, with any folders it needs. An older file of that name stays until the end. */
  public static TarShardWriter create(Path file) throws IOException {
    return new TarShardWriter(file);
  }

  /**
   * Adds one sample.
   *
   * @param key unique within the shard; no dot in its last path segment, since the key ends there
   * @param members by what follows the key and its dot: {@code rgb.jpg}, {@code txt}
   */
  public void add(String key, Map<String, byte[]> members) throws IOException {
    if (key.isEmpty() || key.indexOf('.', key.lastIndexOf('/') + 1) >= 0 || key.endsWith("/")) {
      throw new IllegalArgumentException(
          "\"" + key + "\" cannot be a key: a key ends at the first dot of its last segment");
    }
    if (!keys.add(key)) {
      throw new IllegalArgumentException("key \"" + key + "\" was added to " + file + " before");
    }
    for (Map.Entry<String, byte[]> member : new TreeMap<>(members).entrySet()) {
      TarArchiveEntry entry = new TarArchiveEntry(key + "." + member.getKey(), true);
      entry.setSize(member.getValue().length);
      entry.setMode(MODE);
      entry.setModTime(0);
      entry.setIds(0, 0);
      entry.setNames("", "");
      tar.putArchiveEntry(entry);
      tar.write(member.getValue());
      tar.closeArchiveEntry();
    }
  }

  /** Returns how many samples were added so far. */
  public int sampleCount() {
    return keys.size();
  }

  /** Completes the tar, puts it on disk and gives it its name. */
  public WrittenShard finish() throws IOException {
    tar.close();
    open = false;
    try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    long bytes = Files.size(partial);
    try {
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return new WrittenShard(file, keys.size(), bytes, ShardDigest.hex(digest));
  }

  /** Drops the tar unless it was finished. */
  @Override
  public void close() throws IOException {
    if (open) {
      open = false;
      try {
        tar.close();
      } finally {
        Files.deleteIfExists(partial);
      }
    }
  }
}
