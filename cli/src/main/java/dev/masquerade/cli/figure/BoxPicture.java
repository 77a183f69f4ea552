package dev.masquerade.cli.figure;

import dev.masquerade.modality.ObjectBox;
import java.util.List;

/** Draws boxes with their names over a picture. */
public final class BoxPicture {

  private static final int[] COLOURS = {
    0xe15759, 0x4e79a7, 0x59a14f, 0xf28e2b, 0xaf7aa1, 0x76b7b2, 0xedc948, 0xff9da7
  };
  private static final int PADDING = 2;

  private BoxPicture() {}

  /**
   * Draws.
   *
   * @param ground what the boxes lie on
   * @param boxes in fractions of it; one colour per name
   */
  public static Picture over(Picture ground, List<ObjectBox> boxes) {
    PixelSurface surface = new PixelSurface(ground.width(), ground.height(), Palette.PAPER);
    surface.picture(0, 0, ground);
    List<String> names = boxes.stream().map(ObjectBox::name).distinct().sorted().toList();
    for (ObjectBox box : boxes) {
      int colour = COLOURS[names.indexOf(box.name()) % COLOURS.length];
      double x = box.left() * ground.width();
      double y = box.top() * ground.height();
      double width = (box.right() - box.left()) * ground.width();
      double height = (box.bottom() - box.top()) * ground.height();
      surface.frame(x, y, width, height, 2, colour);
      String name = Lettering.SMALL.cut(box.name(), (int) Math.max(12, width - 2 * PADDING));
      double lineHeight = Lettering.SMALL.lineHeight() + PADDING;
      surface.fill(x, y, Lettering.SMALL.width(name) + 2 * PADDING + 2, lineHeight, colour);
      surface.text(x + PADDING + 1, y + PADDING, name, Lettering.SMALL, Palette.PAPER);
    }
    return surface.picture();
  }
}
