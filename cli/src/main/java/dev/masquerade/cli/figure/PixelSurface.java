package dev.masquerade.cli.figure;

import java.util.Arrays;

/** A surface of pixels. What lies outside is not drawn. */
final class PixelSurface implements Surface {

  private final int width;
  private final int height;
  private final int[] colours;

  PixelSurface(int width, int height, int background) {
    this.width = width;
    this.height = height;
    colours = new int[width * height];
    Arrays.fill(colours, background);
  }

  /** Returns what was drawn; the surface must not be used any more. */
  Picture picture() {
    return new Picture(width, height, colours);
  }

  @Override
  public void fill(double x, double y, double w, double h, int colour) {
    int left = Math.max(0, (int) Math.rint(x));
    int right = Math.min(width, (int) Math.rint(x + w));
    int top = Math.max(0, (int) Math.rint(y));
    int bottom = Math.min(height, (int) Math.rint(y + h));
    for (int row = top; row < bottom && left < right; row++) {
      Arrays.fill(colours, row * width + left, row * width + right, colour);
    }
  }

  @Override
  public void line(
      double fromX, double fromY, double toX, double toY, double thickness, int colour) {
    double reach = thickness / 2 + 1;
    int left = Math.max(0, (int) Math.floor(Math.min(fromX, toX) - reach));
    int right = Math.min(width - 1, (int) Math.ceil(Math.max(fromX, toX) + reach));
    int top = Math.max(0, (int) Math.floor(Math.min(fromY, toY) - reach));
    int bottom = Math.min(height - 1, (int) Math.ceil(Math.max(fromY, toY) + reach));
    double dx = toX - fromX;
    double dy = toY - fromY;
    double length = dx * dx + dy * dy;
    for (int row = top; row <= bottom; row++) {
      for (int column = left; column <= right; column++) {
        double px = column + 0.5 - fromX;
        double py = row + 0.5 - fromY;
        double along = length == 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length));
        double ox = px - along * dx;
        double oy = py - along * dy;
        double cover = thickness / 2 + 0.5 - Math.sqrt(ox * ox + oy * oy);
        if (cover > 0) {
          blend(row * width + column, colour, Math.min(1, cover));
        }
      }
    }
  }

  @Override
  public void text(double x, double y, String text, Lettering lettering, int colour) {
    int scale = lettering.scale();
    int pen = (int) Math.rint(x);
    int top = (int) Math.rint(y);
    for (int i = 0; i < text.length(); ) {
      int letter = text.codePointAt(i);
      Glyphs.Glyph glyph = Glyphs.of(letter);
      for (int row = 0; row < Glyphs.ROWS; row++) {
        for (int column = 0; column < glyph.columns(); column++) {
          letterDot(glyph, column, row, pen + column * scale, top + row * scale, scale, colour);
        }
      }
      pen += (glyph.columns() + 1) * scale;
      i += Character.charCount(letter);
    }
  }

  @Override
  public void picture(int x, int y, Picture picture) {
    for (int row = 0; row < picture.height(); row++) {
      for (int column = 0; column < picture.width(); column++) {
        int toX = x + column;
        int toY = y + row;
        if (toX >= 0 && toX < width && toY >= 0 && toY < height) {
          colours[toY * width + toX] = picture.at(column, row);
        }
      }
    }
  }

  /** Draws one dot; where dots meet at a corner only, the notch between them is half filled. */
  private void letterDot(
      Glyphs.Glyph glyph, int column, int row, int x, int y, int scale, int colour) {
    if (glyph.dot(column, row)) {
      fill(x, y, scale, scale, colour);
      return;
    }
    if (scale == 1) {
      return;
    }
    for (int side = -1; side <= 1; side += 2) {
      for (int upright = -1; upright <= 1; upright += 2) {
        boolean notch =
            glyph.dot(column + side, row)
                && glyph.dot(column, row + upright)
                && !glyph.dot(column + side, row + upright);
        if (notch) {
          int dotX = side < 0 ? x : x + scale - 1;
          int dotY = upright < 0 ? y : y + scale - 1;
          if (dotX >= 0 && dotX < width && dotY >= 0 && dotY < height) {
            blend(dotY * width + dotX, colour, 0.6);
          }
        }
      }
    }
  }

  private void blend(int index, int colour, double share) {
    colours[index] = Blend.of(colours[index], colour, share);
  }
}
