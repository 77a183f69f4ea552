package dev.masquerade.masking.place;

import java.util.List;

/**
 * Block masks moved round the edges of the grid by a random number of rows and columns, so that
 * every place is removed equally often, where plain blocks favour the middle: the masking of
 * Franca.
 *
 * @param blocks what is moved
 * @see <a href="https://arxiv.org/abs/2507.14137">Franca: Nested Matryoshka Clustering for Scalable
 *     Visual Representation Learning</a>
 */
public record CyclicBlockPlaces(BlockPlaces blocks) implements PlaceMaker {

  @Override
  public List<String> problems(PlaceGrid grid) {
    return blocks.problems(grid);
  }

  @Override
  public void choose(PlaceGrid grid, PlaceDraws draws, PlaceChoice into) {
    boolean[] still = blocks.removed(grid, draws);
    int down = draws.below(grid.rows());
    int right = draws.below(grid.columns());
    boolean[] moved = new boolean[still.length];
    for (int y = 0; y < grid.rows(); y++) {
      int row = (y + down) % grid.rows() * grid.columns();
      for (int x = 0; x < grid.columns(); x++) {
        moved[row + (x + right) % grid.columns()] = still[y * grid.columns() + x];
      }
    }
    into.setRemoved(moved);
  }
}
