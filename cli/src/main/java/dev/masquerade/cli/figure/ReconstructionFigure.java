package dev.masquerade.cli.figure;

import java.util.ArrayList;
import java.util.List;

/** What a model makes of what it sees: input, masked input, prediction and truth, a scene a row. */
public final class ReconstructionFigure {

  private static final List<String> COLUMNS =
      List.of("input", "what the model sees (pale: hidden)", "prediction", "truth");

  private ReconstructionFigure() {}

  /**
   * One scene.
   *
   * @param title to the left, for example its key
   * @param input the whole input
   * @param masked the input as the model got it, see {@link MaskedInput}
   * @param prediction what the model made of it
   * @param truth what it should have made of it
   * @param note beneath, for example errors of this scene; empty for none
   */
  public record Scene(
      String title,
      Picture input,
      Picture masked,
      Picture prediction,
      Picture truth,
      String note) {}

  /**
   * Arranges scenes of one modality.
   *
   * @param title head of the figure, for example "rgb → depth, 1,200 steps"
   * @param scenes a row each
   * @param width of one picture, in pixels; smaller ones are enlarged
   */
  public static GridFigure.Builder of(String title, List<Scene> scenes, int width) {
    GridFigure.Builder grid = GridFigure.of(COLUMNS).title(title);
    for (Scene scene : scenes) {
      List<Figure> cells = new ArrayList<>();
      for (Picture picture :
          List.of(scene.input(), scene.masked(), scene.prediction(), scene.truth())) {
        cells.add(Panel.enlarged(picture, width, ""));
      }
      grid.row(scene.title(), cells, scene.note());
    }
    return grid;
  }
}
