package dev.masquerade.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The directory that a command will write to, tried before any work is done. Directories that were
 * made for it and stay empty are removed again.
 */
final class OutputFolder implements AutoCloseable {

  private static final String OPTION = "--out ";
  private static final String OTHER = " Choose another --out.";

  /** Those that were missing, outermost first. */
  private final List<Path> made;

  private OutputFolder(List<Path> made) {
    this.made = made;
  }

  /**
   * Makes sure that files can be written.
   *
   * @param overwrite whether what was generated there before may be replaced
   * @throws MistakeException if they cannot, or would be mixed with those of an earlier call
   */
  static OutputFolder claim(Path directory, boolean overwrite) throws IOException {
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new MistakeException(OPTION + directory + ": is a file, not a directory." + OTHER);
    }
    if (!overwrite && Files.exists(directory.resolve(GeneratedFiles.REPORT))) {
      throw new MistakeException(
          OPTION
              + directory
              + ": holds what was generated before ("
              + GeneratedFiles.REPORT
              + "). Choose another --out, remove it, or replace it with --overwrite.");
    }
    List<Path> missing = new ArrayList<>();
    for (Path at = directory.toAbsolutePath(); at != null && !Files.exists(at); ) {
      missing.add(0, at);
      at = at.getParent();
    }
    OutputFolder folder = new OutputFolder(missing);
    try {
      Files.createDirectories(directory);
      Files.delete(Files.createTempFile(directory, ".writable", ""));
      return folder;
    } catch (IOException e) {
      folder.close();
      throw new MistakeException(
          OPTION + directory + ": nothing can be written there (" + reason(e) + ")." + OTHER);
    }
  }

  private static String reason(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "access is denied";
    }
    String reason =
        failure instanceof FileSystemException system ? system.getReason() : failure.getMessage();
    return reason == null ? "the system refuses" : reason;
  }

  @Override
  public void close() throws IOException {
    for (int i = made.size() - 1; i >= 0; i--) {
      deleteEmpty(made.get(i));
    }
  }

  /** Deletes a directory with nothing in it; leaves any other as it is. */
  static void deleteEmpty(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try {
      Files.delete(folder);
    } catch (DirectoryNotEmptyException e) {
      // Something was written, and stays.
    }
  }
}
