package dev.masquerade.cli.figure;

import java.util.List;

/**
 * Text where others show a picture: wrapped, in a thin frame.
 *
 * @param text of one paragraph
 * @param width of the panel, in pixels
 */
public record TextPanel(String text, int width) implements Figure {

  private static final int PADDING = 6;
  private static final String NOTHING = "(empty)";

  @Override
  public int height() {
    return lines().size() * Lettering.NORMAL.lineHeight() + 2 * PADDING;
  }

  @Override
  public void draw(Surface surface, int x, int y) {
    surface.frame(x, y, width, height(), 1, Palette.FAINT_INK);
    int pen = y + PADDING;
    for (String line : lines()) {
      surface.text(x + PADDING, pen, line, Lettering.NORMAL, Palette.INK);
      pen += Lettering.NORMAL.lineHeight();
    }
  }

  private List<String> lines() {
    return Lettering.NORMAL.wrap(text.isBlank() ? NOTHING : text, width - 2 * PADDING);
  }
}
