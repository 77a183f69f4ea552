package dev.masquerade.train.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one run, held by one process at a time.
 *
 * <p>The operating system holds the lock and lets go of it when the process dies, however it dies;
 * a lock file that a dead process left behind is only a file.
 */
public final class RunDirectory implements AutoCloseable {

  private static final String LOCK = ".lock";
  private static final String RUN = "run.textproto";

  private final Path root;
  private final FileChannel lockFile;

  private RunDirectory(Path root, FileChannel lockFile) {
    this.root = root;
    this.lockFile = lockFile;
  }

  /**
   * Makes the directory of a new run.
   *
   * @param root must not exist, or hold nothing but what a run leaves that was killed before it
   *     wrote its configuration
   * @throws RunRefusedException if it holds anything else, or another process is using it
   */
  public static RunDirectory create(Path root) throws IOException {
    if (Files.isDirectory(root)) {
      List<String> content = names(root);
      if (content.contains(RUN)) {
        throw new RunRefusedException(
            root
                + " already holds a run"
                + CheckpointStore.describeLatest(root.resolve("checkpoints"))
                + ". Add --resume to go on with it, or write to another directory");
      }
      if (content.stream().anyMatch(name -> !name.equals(LOCK) && !isLeftover(name))) {
        throw new RunRefusedException(
            root
                + " is not empty, and holds no run ("
                + RUN
                + " is missing). Write to a new directory");
      }
    } else if (Files.exists(root)) {
      throw new RunRefusedException(root + " is a file, so it cannot be the directory of a run");
    }
    Files.createDirectories(root);
    return open(root);
  }

  /**
   * Takes up the directory of a run that was stopped, and removes what a killed process left half
   * written.
   *
   * @throws RunRefusedException if it holds no run, or another process is using it
   */
  public static RunDirectory resume(Path root) throws IOException {
    if (!Files.isRegularFile(root.resolve(RUN))) {
      throw new RunRefusedException(
          root
              + " holds no run to resume ("
              + RUN
              + " is missing). Leave --resume away to start one there");
    }
    RunDirectory directory = open(root);
    try {
      removeLeftovers(root);
      if (Files.isDirectory(directory.checkpoints())) {
        removeLeftovers(directory.checkpoints());
      }
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
    return directory;
  }

  private static RunDirectory open(Path root) throws IOException {
    Path file = root.resolve(LOCK);
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (tryLock(channel) == null) {
        throw new RunRefusedException(
            root
                + " is in use by "
                + holder(file)
                + ". Two runs cannot share a directory: wait for the other, stop it, or write to"
                + " another directory");
      }
      channel.truncate(0);
      channel.write(
          StandardCharsets.UTF_8.encode("process " + ProcessHandle.current().pid() + "\n"), 0);
      return new RunDirectory(root, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      // The first byte after the text, so that other processes can read who holds the lock.
      return channel.tryLock(Long.MAX_VALUE - 1, 1, false);
    } catch (OverlappingFileLockException e) {
      // Another run of this very process.
      return null;
    }
  }

  private static String holder(Path file) throws IOException {
    String text = Files.readString(file).strip();
    return text.isEmpty() ? "another process" : text;
  }

  private static void removeLeftovers(Path directory) throws IOException {
    for (String name : names(directory)) {
      if (isLeftover(name)) {
        DurableFiles.deleteTree(directory.resolve(name));
      }
    }
  }

  /** Says whether a name is that of something half written. */
  private static boolean isLeftover(String name) {
    return name.startsWith(".") && name.endsWith(".part");
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    } catch (NotDirectoryException e) {
      return List.of();
    }
  }

  /** Returns the directory itself. */
  public Path root() {
    return root;
  }

  /** Returns the file of the effective configuration. */
  public Path runFile() {
    return root.resolve(RUN);
  }

  /** Returns the file that says what wrote this run, where, and from what. */
  public Path provenanceFile() {
    return root.resolve("provenance.json");
  }

  /** Returns the file of metric lines. */
  public Path metricsFile() {
    return root.resolve("metrics.jsonl");
  }

  /** Returns the directory of checkpoints. */
  public Path checkpoints() {
    return root.resolve("checkpoints");
  }

  /** Replaces a text file of the run whole: readers see the old content or the new. */
  public void write(Path file, String content) throws IOException {
    DurableFiles.replace(file, content);
  }

  /** Lets other processes use the directory. */
  @Override
  public void close() {
    removeIfNothingWasWritten();
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot release " + root.resolve(LOCK), e);
    }
  }

  /** A start that failed leaves no directory behind. */
  private void removeIfNothingWasWritten() {
    try {
      if (names(root).equals(List.of(LOCK))) {
        Files.deleteIfExists(root.resolve(LOCK));
        Files.deleteIfExists(root);
      }
    } catch (IOException e) {
      // A new start may take up what is left as it is, and so may another process by now.
    }
  }
}
