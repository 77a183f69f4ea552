package dev.masquerade.cli.figure;

import java.util.Base64;
import java.util.Locale;

/** A surface that writes SVG. Pictures are embedded as PNG. */
final class SvgSurface implements Surface {

  private final StringBuilder svg = new StringBuilder();

  SvgSurface(int width, int height, int background) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " viewBox=\"0 0 %d %d\">\n",
            width,
            height,
            width,
            height));
    fill(0, 0, width, height, background);
  }

  /** Returns the finished file. */
  String svg() {
    return svg + "</svg>\n";
  }

  @Override
  public void fill(double x, double y, double width, double height, int colour) {
    element(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"/>\n",
        number(x), number(y), number(width), number(height), colour(colour));
  }

  @Override
  public void line(
      double fromX, double fromY, double toX, double toY, double thickness, int colour) {
    element(
        "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" stroke=\"%s\" stroke-width=\"%s\""
            + " stroke-linecap=\"round\"/>\n",
        number(fromX), number(fromY), number(toX), number(toY), colour(colour), number(thickness));
  }

  @Override
  public void text(double x, double y, String text, Lettering lettering, int colour) {
    if (text.isBlank()) {
      return;
    }
    int capital = lettering.capitalHeight();
    // Set to the width that the layout measured, whatever font the viewer has.
    element(
        "<text x=\"%s\" y=\"%s\" font-family=\"monospace\" font-size=\"%s\" textLength=\"%d\""
            + " lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\" fill=\"%s\">%s</text>\n",
        number(x),
        number(y + capital),
        number(capital / 0.72),
        lettering.width(text),
        colour(colour),
        escaped(text));
  }

  @Override
  public void picture(int x, int y, Picture picture) {
    element(
        "<image x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" image-rendering=\"pixelated\""
            + " href=\"data:image/png;base64,%s\"/>\n",
        x, y, picture.width(), picture.height(), Base64.getEncoder().encodeToString(picture.png()));
  }

  private void element(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }

  private static String number(double value) {
    double rounded = Math.rint(value * 100) / 100;
    return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
  }

  private static String colour(int colour) {
    return String.format(Locale.ROOT, "#%06x", colour & 0xffffff);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
