package dev.masquerade.data.shard;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The shards that are open at the moment. Keeps the most recently used ones, so that neither file
 * handles nor lists of members grow with the data set. Safe for use by several threads.
 */
public final class OpenShards implements Closeable {

  /** A shard in use; close it to let go. */
  public final class Lease implements AutoCloseable {
    private final Entry entry;
    private final Shard shard;

    private Lease(Entry entry, Shard shard) {
      this.entry = entry;
      this.shard = shard;
    }

    /** Returns the shard, open until this lease is closed. */
    public Shard shard() {
      return shard;
    }

    @Override
    public void close() throws IOException {
      release(entry);
    }
  }

  private static final class Entry {
    int users;
    @Nullable Shard shard;
  }

  /** So much is read through in a second or two, while a person still waits for the start. */
  private static final long SMALL_BYTES = 256L << 20;

  private final ShardSources sources;
  private final int capacity;
  private final boolean verifyHashes;
  private final Map<ShardDeclaration, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private final Set<URI> verified = ConcurrentHashMap.newKeySet();

  /**
   * Creates the set of open shards, empty.
   *
   * @param capacity how many unused shards stay open, at least 1
   * @param verifyHashes whether a file is compared with its declared hash before its first use
   */
  public OpenShards(ShardSources sources, int capacity, boolean verifyHashes) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, was " + capacity);
    }
    this.sources = sources;
    this.capacity = capacity;
    this.verifyHashes = verifyHashes;
  }

  /**
   * Checks that every file is there before anything is read.
   *
   * @throws UnusableShardsException naming every missing file
   */
  public void requirePresent(Iterable<ShardDeclaration> shards) throws IOException {
    List<String> problems = new ArrayList<>();
    Set<URI> seen = new HashSet<>();
    for (ShardDeclaration shard : shards) {
      for (ShardFile file : shard.files()) {
        if (seen.add(file.uri()) && !sources.exists(file.uri())) {
          problems.add(
              file.name()
                  + ": there is no such shard at "
                  + file.uri()
                  + ". Fetch it, or correct the manifest");
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new UnusableShardsException(problems);
    }
  }

  /**
   * Compares files with their declared hashes before anything is read, where they are so few and
   * small that this takes no time to speak of. Others are compared before their first use.
   *
   * @throws UnusableShardsException naming every file that has another hash
   */
  public void verifyIfSmall(Iterable<ShardDeclaration> shards) throws IOException {
    if (!verifyHashes) {
      return;
    }
    Map<URI, ShardFile> files = new LinkedHashMap<>();
    long bytes = 0;
    for (ShardDeclaration shard : shards) {
      for (ShardFile file : shard.files()) {
        boolean local = "file".equals(file.uri().getScheme());
        if (!local) {
          return;
        }
        if (!file.sha256().isEmpty() && files.putIfAbsent(file.uri(), file) == null) {
          bytes += Files.size(Path.of(file.uri()));
        }
      }
      if (bytes > SMALL_BYTES) {
        return;
      }
    }
    List<String> problems = new ArrayList<>();
    for (ShardFile file : files.values()) {
      hashProblem(file).ifPresent(problems::add);
    }
    if (!problems.isEmpty()) {
      throw new UnusableShardsException(problems);
    }
  }

  /**
   * Opens a shard or returns it as it stands open.
   *
   * @throws UnusableShardsException if a file is missing, has another hash or is no tar
   */
  public Lease acquire(ShardDeclaration declaration) throws IOException {
    Entry entry;
    synchronized (entries) {
      entry = entries.computeIfAbsent(declaration, key -> new Entry());
      entry.users++;
    }
    try {
      // Held per shard, so that indexing one does not hold up readers of the others.
      synchronized (entry) {
        if (entry.shard == null) {
          if (verifyHashes) {
            for (ShardFile file : declaration.files()) {
              Optional<String> problem = hashProblem(file);
              if (problem.isPresent()) {
                throw new UnusableShardsException(problem.get());
              }
            }
          }
          entry.shard = Shard.open(declaration, sources);
        }
        return new Lease(entry, entry.shard);
      }
    } catch (IOException | RuntimeException e) {
      release(entry);
      throw e;
    }
  }

  private Optional<String> hashProblem(ShardFile file) throws IOException {
    if (file.sha256().isEmpty() || verified.contains(file.uri())) {
      return Optional.empty();
    }
    Path path = sources.fetch(file.uri());
    if (Files.isDirectory(path)) {
      return Optional.of(
          file.name() + ": is a folder, and folders have no hash. Leave sha256 empty");
    }
    String actual = ShardDigest.of(path);
    if (!actual.equals(file.sha256().toLowerCase(Locale.ROOT))) {
      return Optional.of(
          file.name()
              + ": has SHA-256 "
              + actual
              + ", but the manifest declares "
              + file.sha256()
              + ". Fetch the shard again, or import it anew if the change was meant");
    }
    verified.add(file.uri());
    return Optional.empty();
  }

  private void release(Entry entry) throws IOException {
    List<Shard> unused = new ArrayList<>();
    synchronized (entries) {
      entry.users--;
      Iterator<Entry> eldestFirst = entries.values().iterator();
      int excess = entries.size() - capacity;
      while (excess > 0 && eldestFirst.hasNext()) {
        Entry candidate = eldestFirst.next();
        if (candidate.users == 0) {
          eldestFirst.remove();
          excess--;
          if (candidate.shard != null) {
            unused.add(candidate.shard);
          }
        }
      }
    }
    for (Shard shard : unused) {
      shard.close();
    }
  }

  /** Closes every shard. Nothing may be in use any more. */
  @Override
  public void close() throws IOException {
    synchronized (entries) {
      for (Entry entry : entries.values()) {
        if (entry.shard != null) {
          entry.shard.close();
        }
      }
      entries.clear();
    }
  }
}
