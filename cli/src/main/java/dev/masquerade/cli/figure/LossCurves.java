package dev.masquerade.cli.figure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The losses of a run: one chart for all and one for each modality, side by side, so that no curve
 * hides another and none needs a legend.
 */
public final class LossCurves {

  private static final String TOTAL = "loss";
  private static final String PART = "loss/";
  private static final int PER_LINE = 3;

  private LossCurves() {}

  /**
   * Draws the losses of a run.
   *
   * @param title head of the figure, for example the name of the run
   * @param history of the run; a run without losses gives a figure that says so
   */
  public static Figure of(String title, MetricHistory history) {
    List<String> names = new ArrayList<>();
    for (String name : history.names()) {
      if (name.equals(TOTAL)) {
        names.add(0, name);
      } else if (name.startsWith(PART)) {
        names.add(name);
      }
    }
    if (names.isEmpty()) {
      Panel nothing =
          new Panel(Picture.filled(420, 1, Palette.RULE), "No losses have been written yet.");
      return ContactSheet.of(title, List.of(nothing), 1);
    }
    int columns = Math.min(PER_LINE, names.size());
    GridFigure.Builder grid = GridFigure.of(Collections.nCopies(columns, "")).title(title);
    grid.footer(
        new Legend(
            List.of("training", "smoothed", "validation"),
            List.of(Chart.RAW, Palette.SEEN, Palette.TARGET)));
    for (int from = 0; from < names.size(); from += columns) {
      List<Figure> line = new ArrayList<>();
      for (int i = from; i < from + columns; i++) {
        line.add(i < names.size() ? chart(history, names.get(i)) : Blank.NOTHING);
      }
      grid.row("", line);
    }
    return grid.build();
  }

  private static Figure chart(MetricHistory history, String name) {
    String title = name.equals(TOTAL) ? "all modalities" : name.substring(PART.length());
    return new Chart(
        title + ", nats per token",
        history.series("train", name),
        history.series("validation", name));
  }
}
