package dev.masquerade.cli.figure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Many pictures side by side, for example the first scenes of a data set. */
public final class ContactSheet {

  private ContactSheet() {}

  /**
   * Arranges pictures in lines.
   *
   * @param title head of the figure; empty for none
   * @param panels in reading order
   * @param perLine how many stand side by side, at least 1
   */
  public static Figure of(String title, List<Panel> panels, int perLine) {
    if (panels.isEmpty() || perLine < 1) {
      throw new IllegalArgumentException(
          "a contact sheet needs pictures and room for one a line, was given "
              + panels.size()
              + " and "
              + perLine);
    }
    int columns = Math.min(perLine, panels.size());
    GridFigure.Builder grid = GridFigure.of(Collections.nCopies(columns, "")).title(title);
    for (int from = 0; from < panels.size(); from += columns) {
      List<Figure> line =
          new ArrayList<>(panels.subList(from, Math.min(panels.size(), from + columns)));
      while (line.size() < columns) {
        line.add(Blank.NOTHING);
      }
      grid.row("", line);
    }
    return grid.build();
  }
}
