package dev.masquerade.cli.figure;

import dev.masquerade.modality.TokenLayout;

/** Paints a picture as a model gets it: patches it does not see are veiled. */
public final class MaskedInput {

  private static final int VEIL = 0xdfe2e6;
  private static final double VEILED = 0.86;
  private static final int OUTLINE = 2;

  private MaskedInput() {}

  /**
   * Paints a masked picture.
   *
   * @param picture whole; its sides are multiples of the grid's
   * @param grid of its tokens
   * @param tokens (rows, columns) what became of each; targets are outlined
   * @param times how much to enlarge, at least 1
   */
  public static Picture paint(
      Picture picture, TokenLayout.Grid grid, Assignment[] tokens, int times) {
    if (tokens.length != grid.places()) {
      throw new IllegalArgumentException(
          tokens.length + " tokens do not fill a grid of " + grid.places());
    }
    if (picture.width() % grid.columns() != 0 || picture.height() % grid.rows() != 0) {
      throw new IllegalArgumentException(
          "a picture of "
              + picture.width()
              + " x "
              + picture.height()
              + " pixels cannot be cut into "
              + grid.columns()
              + " x "
              + grid.rows()
              + " tokens");
    }
    Picture large = picture.enlarged(times);
    int tokenWidth = large.width() / grid.columns();
    int tokenHeight = large.height() / grid.rows();
    PixelSurface surface = new PixelSurface(large.width(), large.height(), Palette.PAPER);
    surface.picture(0, 0, veiled(large, grid, tokens));
    for (int place = 0; place < tokens.length; place++) {
      if (tokens[place] == Assignment.TARGET) {
        int x = place % grid.columns() * tokenWidth;
        int y = place / grid.columns() * tokenHeight;
        surface.frame(x, y, tokenWidth, tokenHeight, OUTLINE, Palette.TARGET);
      }
    }
    return surface.picture();
  }

  private static Picture veiled(Picture picture, TokenLayout.Grid grid, Assignment[] tokens) {
    int[] colours = picture.colours().clone();
    for (int row = 0; row < picture.height(); row++) {
      int tokenRow = row * grid.rows() / picture.height();
      for (int column = 0; column < picture.width(); column++) {
        int tokenColumn = column * grid.columns() / picture.width();
        if (tokens[tokenRow * grid.columns() + tokenColumn] != Assignment.SEEN) {
          int at = row * picture.width() + column;
          colours[at] = Blend.of(colours[at], VEIL, VEILED);
        }
      }
    }
    return new Picture(picture.width(), picture.height(), colours);
  }
}
