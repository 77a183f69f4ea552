package dev.masquerade.data.prepare;

import dev.masquerade.data.schema.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The file that says what a directory of written shards was made with. */
public final class SettingsFile {

  private SettingsFile() {}

  /**
   * Claims a directory for work that may be broken off and resumed: writes its settings, or finds
   * that they are those it was begun with. The file appears whole or not at all.
   *
   * @param file in the directory, which is made where it is missing
   * @param settings all that decides what is written
   * @param holds what the directory holds otherwise, for the message, for example "tokens that were
   *     made with other settings"
   * @throws ConfigurationException if it was begun with others
   */
  public static void claim(Path file, String settings, String holds) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    if (!Files.exists(file)) {
      Path partial = file.resolveSibling(file.getFileName() + ".partial");
      Files.writeString(partial, settings);
      Files.move(partial, file);
    } else if (!Files.readString(file).equals(settings)) {
      throw new ConfigurationException(
          List.of(
              file.getParent()
                  + ": holds "
                  + holds
                  + "; "
                  + file.getFileName()
                  + " says which. Choose another directory, or delete this one."));
    }
  }
}
