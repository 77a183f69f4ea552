package dev.masquerade.cli.figure;

import java.util.List;

/**
 * Colours with their names, side by side.
 *
 * @param names what the colours mean
 * @param colours one per name
 */
record Legend(List<String> names, List<Integer> colours) implements Figure {

  private static final int SWATCH = 14;
  private static final int GAP = 6;
  private static final int APART = 22;

  Legend {
    names = List.copyOf(names);
    colours = List.copyOf(colours);
    if (names.size() != colours.size()) {
      throw new IllegalArgumentException(
          names.size() + " names cannot share " + colours.size() + " colours");
    }
  }

  @Override
  public int width() {
    int width = 0;
    for (String name : names) {
      width += SWATCH + GAP + Lettering.NORMAL.width(name) + APART;
    }
    return Math.max(1, width - APART);
  }

  @Override
  public int height() {
    return Lettering.NORMAL.lineHeight();
  }

  @Override
  public void draw(Surface surface, int x, int y) {
    int pen = x;
    for (int i = 0; i < names.size(); i++) {
      surface.fill(pen, y, SWATCH, SWATCH, colours.get(i));
      surface.frame(pen, y, SWATCH, SWATCH, 1, Palette.FAINT_INK);
      pen += SWATCH + GAP;
      surface.text(pen, y, names.get(i), Lettering.NORMAL, Palette.INK);
      pen += Lettering.NORMAL.width(names.get(i)) + APART;
    }
  }
}
