package dev.masquerade.masking.place;

import java.util.ArrayList;
import java.util.List;

/**
 * Removes random blocks until a share of places is gone: the masking of BEiT, iBOT and DINOv2.
 *
 * <p>Blocks that would remove too much are drawn again, a limited number of times, so that somewhat
 * fewer places may go than the ratio says, never more.
 *
 * @param ratio largest share of places to remove
 * @param shape of the blocks
 * @see <a href="https://arxiv.org/abs/2111.07832">iBOT: Image BERT Pre-Training with Online
 *     Tokenizer</a>
 */
public record BlockPlaces(MaskRatio ratio, BlockShape shape) implements PlaceMaker {

  @Override
  public List<String> problems(PlaceGrid grid) {
    List<String> problems = new ArrayList<>();
    ratio.reportEmpty(ratio.kept(grid.places()), grid.places(), problems);
    if (grid.rows() < 2 || grid.columns() < 2) {
      problems.add("blocks are smaller than their grid, so they need 2 x 2 places, not " + grid);
    }
    return problems;
  }

  @Override
  public void choose(PlaceGrid grid, PlaceDraws draws, PlaceChoice into) {
    into.setRemoved(removed(grid, draws));
  }

  boolean[] removed(PlaceGrid grid, PlaceDraws draws) {
    boolean[] removed = new boolean[grid.places()];
    int wanted = grid.places() - ratio.someKept(grid.places());
    BlockCover.cover(removed, grid, wanted, shape, draws);
    return removed;
  }
}
