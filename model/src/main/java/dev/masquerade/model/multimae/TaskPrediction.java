package dev.masquerade.model.multimae;

import ai.djl.ndarray.NDArray;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenLayout;

/**
 * What a model predicts for every place of one task, on the host.
 *
 * @param task that is predicted
 * @param grid its places
 * @param rows B
 * @param values (B, L, C x P), the pixels of a channel together; owned by this
 */
@SuppressWarnings("ArrayRecordComponent") // a holder that hands its array over, never compared
public record TaskPrediction(OutputTask task, TokenLayout.Grid grid, int rows, float[] values) {

  static TaskPrediction read(OutputTask task, TokenLayout.Grid grid, NDArray prediction) {
    int rows = (int) prediction.getShape().get(0);
    return new TaskPrediction(task, grid, rows, prediction.toFloatArray());
  }

  /**
   * Returns the prediction of a row as an image of C planes: normalised numbers, or a score per
   * class.
   */
  public Planes image(int row) {
    int edge = task.edge();
    int height = grid.rows() * edge;
    int width = grid.columns() * edge;
    Planes planes = Planes.zeros(task.channels(), height, width);
    int at = row * grid.places() * task.channels() * task.pixels();
    for (int place = 0; place < grid.places(); place++) {
      int top = place / grid.columns() * edge;
      int left = place % grid.columns() * edge;
      for (int channel = 0; channel < task.channels(); channel++) {
        for (int y = 0; y < edge; y++) {
          int to = (channel * height + top + y) * width + left;
          System.arraycopy(values, at, planes.values(), to, edge);
          at += edge;
        }
      }
    }
    return planes;
  }
}
