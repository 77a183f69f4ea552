package dev.masquerade.cli.figure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Something that can be drawn. Equal figures give equal pixels. */
public interface Figure {

  /** Returns the width, in pixels. */
  int width();

  /** Returns the height, in pixels. */
  int height();

  /**
   * Draws everything.
   *
   * @param surface where to
   * @param x left side of the figure on it
   * @param y upper side of the figure on it
   */
  void draw(Surface surface, int x, int y);

  /** Returns the figure in pixels. */
  default Picture picture() {
    PixelSurface surface = new PixelSurface(width(), height(), Palette.PAPER);
    draw(surface, 0, 0);
    return surface.picture();
  }

  /** Returns the figure as an SVG file. */
  default String svg() {
    SvgSurface surface = new SvgSurface(width(), height(), Palette.PAPER);
    draw(surface, 0, 0);
    return surface.svg();
  }

  /**
   * Writes the figure, with any folders it needs.
   *
   * @param file ending in {@code .png} or {@code .svg}
   */
  default void write(Path file) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    byte[] bytes;
    if (name.endsWith(".png")) {
      bytes = picture().png();
    } else if (name.endsWith(".svg")) {
      bytes = svg().getBytes(StandardCharsets.UTF_8);
    } else {
      throw new IllegalArgumentException(file + ": figures are written as .png or .svg");
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    WholeFile.write(file, bytes);
  }
}
