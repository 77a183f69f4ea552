package dev.masquerade.train.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/*
 * A checkpoint becomes visible in four moves, each forced to the disk before the next: its files are
 * written in a hidden directory; that directory is renamed to step-N; LATEST is replaced by one that
 * names it; older checkpoints are deleted. Whatever ends the process between two of them, LATEST
 * names a whole checkpoint, and what is half written has a name that the next start removes.
 */
/** The checkpoints of one run. Used by one thread of the process that holds the run directory. */
public final class CheckpointStore {

  /** Keeps every checkpoint. */
  public static final int KEEP_ALL = 0;

  private static final String LATEST = "LATEST";
  private static final Pattern NAME = Pattern.compile("step-([0-9]+)");

  private final Path directory;
  private final int keep;

  /** Writes the files of one checkpoint. */
  @FunctionalInterface
  public interface Content {

    /**
     * Writes files.
     *
     * @param directory exists and is empty; every file in it becomes part of the checkpoint
     */
    void writeTo(Path directory) throws IOException;
  }

  /**
   * Opens the store.
   *
   * @param directory made with the first checkpoint
   * @param keep newest checkpoints to keep, or {@link #KEEP_ALL}
   */
  public CheckpointStore(Path directory, int keep) {
    if (keep < 0) {
      throw new IllegalArgumentException("keep must be at least 0, was " + keep);
    }
    this.directory = directory;
    this.keep = keep;
  }

  /** Returns where the checkpoint of a step lies or would lie. */
  public Path path(long step) {
    return directory.resolve(name(step));
  }

  private static String name(long step) {
    return String.format(Locale.ROOT, "step-%06d", step);
  }

  /**
   * Writes a checkpoint and makes it the latest; then deletes those that need not be kept.
   *
   * @return bytes written
   * @throws CheckpointFailedException if a file could not be written; earlier checkpoints and
   *     LATEST are then as they were
   */
  public long write(long step, Content content) {
    Path target = path(step);
    Path partial = directory.resolve("." + name(step) + ".part");
    long bytes;
    try {
      Files.createDirectories(directory);
      DurableFiles.deleteTree(partial);
      Files.createDirectory(partial);
      content.writeTo(partial);
      bytes = forceAll(partial);
      // A checkpoint of this step is there only where a run went back behind it; both are equal.
      Path replaced = directory.resolve("." + name(step) + "-replaced.part");
      DurableFiles.deleteTree(replaced);
      if (Files.exists(target)) {
        Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.forceDirectory(directory);
      DurableFiles.replace(directory.resolve(LATEST), target.getFileName() + "\n");
      DurableFiles.deleteTree(replaced);
    } catch (IOException | UncheckedIOException e) {
      throw failure(step, partial, e);
    }
    retain(step);
    return bytes;
  }

  private CheckpointFailedException failure(long step, Path partial, Exception cause) {
    String message =
        "the checkpoint of step "
            + step
            + " could not be written to "
            + directory
            + ": "
            + reason(cause)
            + describeLatest(directory).replaceFirst("^, ", ". The one before stays valid: ")
            + ". Make room there, then run again with --resume";
    CheckpointFailedException failure = new CheckpointFailedException(step, message, cause);
    try {
      DurableFiles.deleteTree(partial);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private static String reason(Exception failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : message;
  }

  private static long forceAll(Path partial) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(partial)) {
      for (Path file : files.toList()) {
        DurableFiles.force(file);
        bytes += Files.size(file);
      }
    }
    DurableFiles.forceDirectory(partial);
    return bytes;
  }

  private void retain(long newest) {
    if (keep == KEEP_ALL) {
      return;
    }
    List<Long> kept = new ArrayList<>(steps(directory));
    // Later steps are of a future that this run went back behind; they are not counted.
    kept.removeIf(step -> step > newest);
    for (int i = 0; i < kept.size() - keep; i++) {
      try {
        Path old = path(kept.get(i));
        Path doomed = directory.resolve("." + old.getFileName() + "-old.part");
        DurableFiles.deleteTree(doomed);
        Files.move(old, doomed, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.deleteTree(doomed);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot delete the checkpoint " + path(kept.get(i)), e);
      }
    }
  }

  /**
   * Returns the step of the newest whole checkpoint: the one LATEST names, or the last there is
   * where LATEST or what it names was deleted.
   */
  public OptionalLong latest() {
    return latest(directory);
  }

  private static OptionalLong latest(Path directory) {
    List<Long> steps = steps(directory);
    Path file = directory.resolve(LATEST);
    if (Files.isRegularFile(file)) {
      try {
        Matcher named = NAME.matcher(Files.readString(file, StandardCharsets.UTF_8).strip());
        if (named.matches() && steps.contains(Long.parseLong(named.group(1)))) {
          return OptionalLong.of(Long.parseLong(named.group(1)));
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + file, e);
      }
    }
    return steps.isEmpty() ? OptionalLong.empty() : OptionalLong.of(steps.get(steps.size() - 1));
  }

  /** Returns the steps that have a checkpoint, in order. */
  public List<Long> steps() {
    return steps(directory);
  }

  private static List<Long> steps(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> NAME.matcher(String.valueOf(file.getFileName())))
          .filter(Matcher::matches)
          .map(matcher -> Long.parseLong(matcher.group(1)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + directory, e);
    }
  }

  static String describeLatest(Path directory) {
    OptionalLong latest = latest(directory);
    return latest.isPresent() ? ", last checkpoint at step " + latest.getAsLong() : "";
  }
}
