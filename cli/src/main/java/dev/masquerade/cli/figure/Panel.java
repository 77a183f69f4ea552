package dev.masquerade.cli.figure;

import java.util.List;

/**
 * A picture with a thin frame and a caption wrapped beneath it.
 *
 * @param content what is framed
 * @param caption beneath; empty for none
 */
public record Panel(Picture content, String caption) implements Figure {

  private static final int GAP = 6;

  /** Returns a panel without a caption. */
  public static Panel of(Picture content) {
    return new Panel(content, "");
  }

  /**
   * Returns a panel whose picture is enlarged, pixel by pixel, to about a given width.
   *
   * @param width the largest width that is not exceeded, unless the picture itself is wider
   */
  public static Panel enlarged(Picture content, int width, String caption) {
    return new Panel(content.enlarged(Math.max(1, width / content.width())), caption);
  }

  @Override
  public int width() {
    return content.width() + 2;
  }

  @Override
  public int height() {
    int lines = lines().size();
    return content.height() + 2 + (lines == 0 ? 0 : GAP + lines * Lettering.NORMAL.lineHeight());
  }

  @Override
  public void draw(Surface surface, int x, int y) {
    surface.frame(x, y, content.width() + 2, content.height() + 2, 1, Palette.FAINT_INK);
    surface.picture(x + 1, y + 1, content);
    int pen = y + content.height() + 2 + GAP;
    for (String line : lines()) {
      surface.text(x, pen, line, Lettering.NORMAL, Palette.INK);
      pen += Lettering.NORMAL.lineHeight();
    }
  }

  private List<String> lines() {
    return caption.isBlank() ? List.of() : Lettering.NORMAL.wrap(caption, width());
  }
}
