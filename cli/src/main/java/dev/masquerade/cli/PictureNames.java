package dev.masquerade.cli;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Gives each image a picture of its own in one folder, whatever folders the images lie in. */
final class PictureNames {

  private final Set<String> taken = new HashSet<>();

  /**
   * Starts.
   *
   * @param kept the name of a picture that no image may have
   */
  PictureNames(String kept) {
    taken.add(kept.toLowerCase(Locale.ROOT));
  }

  /**
   * Returns the file name of the next image's picture: its path with underscores, and a number
   * where another picture is called that already, if only in other letter cases.
   */
  String next(String image) {
    String stem = image.replace('/', '_').replace('\\', '_');
    String name = stem + ".png";
    for (int number = 2; !taken.add(name.toLowerCase(Locale.ROOT)); number++) {
      name = stem + "-" + number + ".png";
    }
    return name;
  }
}
