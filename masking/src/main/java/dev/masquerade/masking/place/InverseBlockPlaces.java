package dev.masquerade.masking.place;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps one block and removes all around it: the masking of CAPI.
 *
 * <p>The block is the smallest of its shape that holds enough places; the last of it, row by row,
 * are removed where it holds more.
 *
 * @param ratio share of places to remove
 * @param narrowest least height / width of the block; narrower ones are drawn no more than the grid
 *     has room for
 * @param widest largest height / width
 * @param wraps whether the block is moved round the edges by a random number of rows and columns,
 *     so that every place is kept equally often
 * @see <a href="https://arxiv.org/abs/2502.08769">Cluster and Predict Latent Patches for Improved
 *     Masked Image Modeling</a>
 */
public record InverseBlockPlaces(MaskRatio ratio, double narrowest, double widest, boolean wraps)
    implements PlaceMaker {

  public InverseBlockPlaces {
    Aspects.check(narrowest, widest);
  }

  @Override
  public List<String> problems(PlaceGrid grid) {
    List<String> problems = new ArrayList<>();
    ratio.reportEmpty(kept(grid), grid.places(), problems);
    return problems;
  }

  @Override
  public void choose(PlaceGrid grid, PlaceDraws draws, PlaceChoice into) {
    int kept = ratio.someOf(kept(grid), grid.places());
    boolean[] removed = new boolean[grid.places()];
    if (kept < grid.places()) {
      Arrays.fill(removed, true);
      keepBlock(kept, grid, draws, removed);
    }
    into.setRemoved(removed);
  }

  // Here it is the removed places whose number is truncated, unlike in MAE.
  private int kept(PlaceGrid grid) {
    return grid.places() - (int) (grid.places() * ratio.share());
  }

  private void keepBlock(int kept, PlaceGrid grid, PlaceDraws draws, boolean[] removed) {
    int rows = grid.rows();
    int columns = grid.columns();
    double least = kept / ((double) columns * columns);
    double most = (double) rows * rows / kept;
    double aspect =
        Math.exp(
            draws.between(
                Math.log(clamp(narrowest, least, most)), Math.log(clamp(widest, least, most))));
    int height = Math.min(rows, (int) Math.ceil(Math.sqrt(kept * aspect)));
    int width = Math.min(columns, (int) Math.ceil(Math.sqrt(kept / aspect)));
    int top = draws.below(rows - height + 1);
    int left = draws.below(columns - width + 1);
    int down = wraps ? draws.below(rows) : 0;
    int right = wraps ? draws.below(columns) : 0;
    for (int i = 0; i < kept; i++) {
      int y = (top + i / width + down) % rows;
      int x = (left + i % width + right) % columns;
      removed[y * columns + x] = false;
    }
  }

  private static double clamp(double value, double least, double most) {
    return Math.min(most, Math.max(least, value));
  }
}
