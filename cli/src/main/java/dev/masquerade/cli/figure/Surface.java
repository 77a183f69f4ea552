package dev.masquerade.cli.figure;

/**
 * What a figure draws on: pixels or SVG. Lengths are in pixels, from the upper left corner; colours
 * are 0xRRGGBB.
 */
public interface Surface {

  /** Fills a rectangle. */
  void fill(double x, double y, double width, double height, int colour);

  /**
   * Draws a straight line.
   *
   * @param thickness of the line, in pixels
   */
  void line(double fromX, double fromY, double toX, double toY, double thickness, int colour);

  /**
   * Writes one line of text.
   *
   * @param x left side of the first letter
   * @param y upper side of capital letters
   */
  void text(double x, double y, String text, Lettering lettering, int colour);

  /** Puts a picture down, one pixel of it on one pixel of the surface. */
  void picture(int x, int y, Picture picture);

  /** Draws the four sides of a rectangle, inside it. */
  default void frame(
      double x, double y, double width, double height, double thickness, int colour) {
    fill(x, y, width, thickness, colour);
    fill(x, y + height - thickness, width, thickness, colour);
    fill(x, y + thickness, thickness, height - 2 * thickness, colour);
    fill(x + width - thickness, y + thickness, thickness, height - 2 * thickness, colour);
  }
}
