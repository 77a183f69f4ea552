package dev.masquerade.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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

  /** Removes what an earlier call wrote, as its report lists it; other files stay. */
  static void clear(Path directory) throws IOException {
    Path report = directory.resolve(GeneratedFiles.REPORT);
    if (!Files.exists(report)) {
      return;
    }
    Path root = directory.toAbsolutePath().normalize();
    for (String name : written(report)) {
      Path file = root.resolve(name).normalize();
      if (file.startsWith(root) && Files.isRegularFile(file)) {
        Files.delete(file);
        Path folder = file.getParent();
        if (folder != null && !folder.equals(root)) {
          deleteEmpty(folder);
        }
      }
    }
  }

  private static Set<String> written(Path report) throws IOException {
    Set<String> names = new LinkedHashSet<>();
    try {
      JsonObject json = JsonParser.parseString(Files.readString(report)).getAsJsonObject();
      for (JsonElement sample : json.getAsJsonArray("samples")) {
        for (JsonElement made : sample.getAsJsonObject().getAsJsonArray("modalities")) {
          for (JsonElement file : made.getAsJsonObject().getAsJsonArray("files")) {
            String name = file.getAsString();
            names.add(name);
            names.add(name.replaceFirst("\\.npy$", "-steps.png"));
            names.add(name.replaceFirst("\\.npy$", "-steps-sheet.png"));
            names.add(name.substring(0, name.lastIndexOf('/') + 1) + GeneratedFiles.SHEET);
          }
        }
      }
    } catch (JsonParseException | NullPointerException | IllegalStateException e) {
      throw new MistakeException(
          report
              + ": does not say what was generated before. Remove its directory, or choose"
              + " another --out.");
    }
    names.add(GeneratedFiles.SHEET);
    names.add(GeneratedFiles.FINER_SHEET);
    names.add(GeneratedFiles.PLAN);
    names.add(GeneratedFiles.REPORT);
    return names;
  }

  @Override
  public void close() throws IOException {
    for (int i = made.size() - 1; i >= 0; i--) {
      deleteEmpty(made.get(i));
    }
  }

  private static void deleteEmpty(Path folder) throws IOException {
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
