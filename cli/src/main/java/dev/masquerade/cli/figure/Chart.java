package dev.masquerade.cli.figure;

import dev.masquerade.cli.figure.MetricHistory.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two curves over the steps of a run.
 *
 * @param title above
 * @param training drawn pale, and smoothed on top
 * @param validation drawn with a dot for each value
 */
record Chart(String title, List<Point> training, List<Point> validation) implements Figure {

  /** Colour of values as they were measured. */
  static final int RAW = 0xb9cfe8;

  private static final int PLOT_WIDTH = 360;
  private static final int PLOT_HEIGHT = 220;
  private static final int LEFT = 62;
  private static final int ABOVE = Lettering.NORMAL.lineHeight() + 6;
  private static final int BELOW = 28 + Lettering.SMALL.lineHeight();
  private static final int TICKS = 5;
  private static final double DOT = 5;

  /** Means reach this share of all points to either side. */
  private static final int SMOOTHING = 30;

  Chart {
    training = List.copyOf(training);
    validation = List.copyOf(validation);
  }

  @Override
  public int width() {
    return LEFT + PLOT_WIDTH + 8;
  }

  @Override
  public int height() {
    return ABOVE + PLOT_HEIGHT + BELOW;
  }

  @Override
  public void draw(Surface surface, int x, int y) {
    surface.text(x, y, Lettering.NORMAL.cut(title, width()), Lettering.NORMAL, Palette.INK);
    Frame frame = frame(x + LEFT, y + ABOVE);
    drawAxes(surface, frame);
    drawCurve(surface, frame, training, RAW, 1.4);
    drawCurve(surface, frame, smoothed(training), Palette.SEEN, 2.4);
    drawCurve(surface, frame, validation, Palette.TARGET, 2);
    for (Point point : validation) {
      double px = frame.x(point.step());
      double py = frame.y(point.value());
      surface.line(px, py, px, py, DOT, Palette.TARGET);
    }
  }

  private void drawAxes(Surface surface, Frame frame) {
    Lettering small = Lettering.SMALL;
    for (double tick : Ticks.between(frame.low, frame.high, TICKS)) {
      int at = (int) Math.rint(frame.y(tick));
      surface.fill(frame.left, at, PLOT_WIDTH, 1, Palette.RULE);
      String label = Ticks.label(tick);
      int labelX = frame.left - 8 - Lettering.NORMAL.width(label);
      surface.text(
          labelX,
          at - Lettering.NORMAL.capitalHeight() / 2.0,
          label,
          Lettering.NORMAL,
          Palette.FAINT_INK);
    }
    for (double tick : Ticks.between(frame.first, frame.last, TICKS)) {
      int at = (int) Math.rint(frame.x(tick));
      surface.fill(at, frame.top + PLOT_HEIGHT, 1, 5, Palette.FAINT_INK);
      String label = Ticks.label(tick);
      int half = Lettering.NORMAL.width(label) / 2;
      int labelX = Math.min(at - half, frame.left + PLOT_WIDTH + 8 - 2 * half);
      surface.text(labelX, frame.top + PLOT_HEIGHT + 8, label, Lettering.NORMAL, Palette.FAINT_INK);
    }
    surface.fill(frame.left, frame.top + PLOT_HEIGHT, PLOT_WIDTH, 1, Palette.FAINT_INK);
    surface.fill(frame.left, frame.top, 1, PLOT_HEIGHT, Palette.FAINT_INK);
    surface.text(
        frame.left + PLOT_WIDTH - small.width("steps"),
        frame.top + PLOT_HEIGHT + BELOW - small.lineHeight(),
        "steps",
        small,
        Palette.FAINT_INK);
  }

  private static void drawCurve(
      Surface surface, Frame frame, List<Point> points, int colour, double thickness) {
    for (int i = 1; i < points.size(); i++) {
      Point from = points.get(i - 1);
      Point to = points.get(i);
      surface.line(
          frame.x(from.step()),
          frame.y(from.value()),
          frame.x(to.step()),
          frame.y(to.value()),
          thickness,
          colour);
    }
  }

  /**
   * Returns the mean around each point. Near the start, where curves are steep, it is of fewer
   * points; near the end, where they are flat, of those before.
   */
  private static List<Point> smoothed(List<Point> points) {
    double[] sums = new double[points.size() + 1];
    for (int i = 0; i < points.size(); i++) {
      sums[i + 1] = sums[i] + points.get(i).value();
    }
    int reach = points.size() / SMOOTHING;
    List<Point> smooth = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      int before = Math.min(reach, i);
      int after = Math.min(before, points.size() - 1 - i);
      double mean = (sums[i + after + 1] - sums[i - before]) / (before + 1 + after);
      smooth.add(new Point(points.get(i).step(), mean));
    }
    return smooth;
  }

  private Frame frame(int left, int top) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    double first = Double.POSITIVE_INFINITY;
    double last = Double.NEGATIVE_INFINITY;
    for (Point point : Stream.concat(training.stream(), validation.stream()).toList()) {
      low = Math.min(low, point.value());
      high = Math.max(high, point.value());
      first = Math.min(first, point.step());
      last = Math.max(last, point.step());
    }
    if (low > high) {
      return new Frame(left, top, 0, 1, 0, 1);
    }
    double room = high > low ? 0.05 * (high - low) : Math.max(0.5, 0.05 * Math.abs(high));
    return new Frame(left, top, first, last > first ? last : first + 1, low - room, high + room);
  }

  /** Where values lie in pixels. */
  private record Frame(int left, int top, double first, double last, double low, double high) {

    double x(double step) {
      return left + PLOT_WIDTH * (step - first) / (last - first);
    }

    double y(double value) {
      return top + PLOT_HEIGHT * (high - value) / (high - low);
    }
  }
}
