package dev.masquerade.cli.figure;

import java.util.ArrayList;
import java.util.List;

/**
 * The four pictures that show a masked autoencoder at work on one image.
 *
 * @param title to the left, for example the name of the image
 * @param original the image as the model takes it
 * @param masked its visible patches
 * @param reconstruction what the model predicts everywhere
 * @param pasted the visible patches, and the prediction elsewhere
 */
public record PanelRow(
    String title, Picture original, Picture masked, Picture reconstruction, Picture pasted) {

  private static final List<String> COLUMNS =
      List.of("original", "masked", "reconstruction", "reconstruction + visible");

  /**
   * Arranges images, a row each.
   *
   * @param head of the figure
   * @param rows at least one
   * @param width of one picture, in pixels; smaller ones are enlarged
   */
  public static Figure grid(String head, List<PanelRow> rows, int width) {
    GridFigure.Builder grid = GridFigure.of(COLUMNS).title(head);
    for (PanelRow row : rows) {
      List<Figure> cells = new ArrayList<>();
      for (Picture picture :
          List.of(row.original(), row.masked(), row.reconstruction(), row.pasted())) {
        cells.add(Panel.enlarged(picture, width, ""));
      }
      grid.row(row.title(), cells);
    }
    return grid.build();
  }
}
