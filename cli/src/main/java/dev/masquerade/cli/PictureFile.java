package dev.masquerade.cli;

import java.nio.file.Path;
import java.util.Locale;

/** What files of figures may be called, asked before any work is done. */
final class PictureFile {

  private PictureFile() {}

  /** Refuses a file whose name does not say in which of the known ways to write it. */
  static void require(String option, Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (!name.endsWith(".png") && !name.endsWith(".svg")) {
      throw new MistakeException(
          option + " " + file + ": figures are written as .png or .svg. Give it such a name.");
    }
  }
}
