package dev.masquerade.cli.figure;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Points in a plane, a marker for each class, and beside them the names of the classes with the
 * number of their points. Both axes have one scale.
 */
public final class ScatterPlot implements Figure {

  private static final int MARGIN = 16;
  private static final int PLOT = 640;
  private static final int GAP = 20;
  private static final int NAME_WIDTH = 300;
  private static final int KEY = 14;
  private static final int LINE = Lettering.NORMAL.lineHeight() + 4;

  private static final double GOLDEN = 0.618;

  private final String title;
  private final String note;
  private final String across;
  private final String up;
  private final double[][] places;
  private final List<Entry> entries;
  private final Marker[] markers;

  private record Entry(Marker marker, String text) {}

  private ScatterPlot(
      String title,
      String note,
      String across,
      String up,
      double[][] places,
      List<Entry> entries,
      Marker[] markers) {
    this.title = title;
    this.note = note;
    this.across = across;
    this.up = up;
    this.places = places;
    this.entries = entries;
    this.markers = markers;
  }

  /**
   * Draws points.
   *
   * @param title head of the figure
   * @param note a line beneath it; empty for none
   * @param across what lies along the horizontal axis; empty for nothing that has a name
   * @param up what lies along the vertical axis
   * @param places (N, 2) finite numbers
   * @param classes (N) the name of each point's class; all equal where there are none. Classes too
   *     many to be told apart share one grey, the rarest of them
   */
  public static ScatterPlot of(
      String title,
      String note,
      String across,
      String up,
      double[][] places,
      List<String> classes) {
    if (places.length == 0 || places.length != classes.size()) {
      throw new IllegalArgumentException(
          places.length + " points cannot have " + classes.size() + " classes");
    }
    Map<String, Integer> counts = new LinkedHashMap<>();
    classes.stream().sorted().forEach(name -> counts.merge(name, 1, Integer::sum));
    List<String> shown = new ArrayList<>(counts.keySet());
    if (shown.size() > Marker.DISTINCT) {
      shown.sort(Comparator.comparing((String name) -> -counts.getOrDefault(name, 0)));
      shown = new ArrayList<>(shown.subList(0, Marker.DISTINCT - 1));
      shown.sort(null);
    }
    List<Entry> entries = new ArrayList<>();
    Map<String, Marker> byName = new HashMap<>();
    int points = 0;
    for (String name : shown) {
      Marker marker = Marker.of(byName.size());
      byName.put(name, marker);
      int count = counts.getOrDefault(name, 0);
      points += count;
      entries.add(new Entry(marker, (name.isEmpty() ? "no label" : name) + " (" + count + ")"));
    }
    if (shown.size() < counts.size()) {
      entries.add(
          new Entry(
              Marker.OTHER,
              (counts.size() - shown.size())
                  + " other classes ("
                  + (places.length - points)
                  + ")"));
    }
    Marker[] markers = new Marker[places.length];
    for (int i = 0; i < markers.length; i++) {
      markers[i] = byName.getOrDefault(classes.get(i), Marker.OTHER);
    }
    return new ScatterPlot(title, note, across, up, places, entries, markers);
  }

  @Override
  public int width() {
    int width = Math.max(PLOT + GAP + legendWidth(), Lettering.LARGE.width(title));
    return 2 * MARGIN + Math.max(width, Lettering.NORMAL.width(note));
  }

  @Override
  public int height() {
    int body = PLOT + (across.isEmpty() ? 0 : LINE + GAP / 2);
    return 2 * MARGIN + headHeight() + Math.max(body, entries.size() * LINE);
  }

  @Override
  public void draw(Surface surface, int x, int y) {
    surface.text(x + MARGIN, y + MARGIN, title, Lettering.LARGE, Palette.INK);
    if (!note.isEmpty()) {
      int noteY = y + MARGIN + Lettering.LARGE.lineHeight();
      surface.text(x + MARGIN, noteY, note, Lettering.NORMAL, Palette.FAINT_INK);
    }
    int left = x + MARGIN;
    int top = y + MARGIN + headHeight();
    surface.frame(left, top, PLOT, PLOT, 1, Palette.FAINT_INK);
    if (!up.isEmpty()) {
      surface.text(left + 8, top + 8, up, Lettering.NORMAL, Palette.FAINT_INK);
    }
    if (!across.isEmpty()) {
      int acrossX = left + PLOT - Lettering.NORMAL.width(across);
      surface.text(acrossX, top + PLOT + GAP / 2, across, Lettering.NORMAL, Palette.FAINT_INK);
    }
    drawPoints(surface, left, top);
    drawLegend(surface, left + PLOT + GAP, top);
  }

  private void drawPoints(Surface surface, int left, int top) {
    double[] low = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
    double[] high = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (double[] place : places) {
      for (int axis = 0; axis < 2; axis++) {
        low[axis] = Math.min(low[axis], place[axis]);
        high[axis] = Math.max(high[axis], place[axis]);
      }
    }
    double extent = Math.max(high[0] - low[0], high[1] - low[1]);
    double scale = extent > 0 ? 0.86 * PLOT / extent : 1;
    double size = size();
    long stride = stride();
    for (int i = 0; i < places.length; i++) {
      int point = (int) (i * stride % places.length);
      double px = left + PLOT / 2.0 + scale * (places[point][0] - (low[0] + high[0]) / 2);
      double py = top + PLOT / 2.0 - scale * (places[point][1] - (low[1] + high[1]) / 2);
      markers[point].draw(surface, px, py, size);
    }
  }

  /**
   * Returns a step that meets every point once. In one order the last class would cover the others.
   */
  private long stride() {
    long stride = Math.max(1, (long) (places.length * GOLDEN));
    BigInteger all = BigInteger.valueOf(places.length);
    while (!BigInteger.valueOf(stride).gcd(all).equals(BigInteger.ONE)) {
      stride++;
    }
    return stride;
  }

  private double size() {
    if (places.length <= 500) {
      return 9;
    }
    return places.length <= 5000 ? 6 : 4;
  }

  private void drawLegend(Surface surface, int left, int top) {
    int pen = top;
    for (Entry entry : entries) {
      entry.marker().draw(surface, left + KEY / 2.0, pen + KEY / 2.0, KEY - 3);
      String text = Lettering.NORMAL.cut(entry.text(), NAME_WIDTH);
      surface.text(left + KEY + 8, pen, text, Lettering.NORMAL, Palette.INK);
      pen += LINE;
    }
  }

  private int legendWidth() {
    int width = 0;
    for (Entry entry : entries) {
      width = Math.max(width, Lettering.NORMAL.width(entry.text()));
    }
    return KEY + 8 + Math.min(NAME_WIDTH, width);
  }

  private int headHeight() {
    int head = Lettering.LARGE.lineHeight() + GAP / 2;
    return note.isEmpty() ? head : head + Lettering.NORMAL.lineHeight();
  }
}
