package dev.masquerade.masking.place;

import java.util.Arrays;

/** Lays random blocks over a grid until enough places are covered. */
final class BlockCover {

  private static final int ATTEMPTS = 10;

  private BlockCover() {}

  /**
   * Covers places.
   *
   * @param covered receives true where a block lies
   * @param wanted most places to cover; fewer are where no block fits {@value #ATTEMPTS} times
   * @return how many are covered
   */
  static int cover(
      boolean[] covered, PlaceGrid grid, int wanted, BlockShape shape, PlaceDraws draws) {
    int count = 0;
    while (count < wanted) {
      int added = addBlock(covered, grid, Math.min(wanted - count, shape.largest()), shape, draws);
      if (added == 0) {
        break;
      }
      count += added;
    }
    return count;
  }

  private static int addBlock(
      boolean[] covered, PlaceGrid grid, int most, BlockShape shape, PlaceDraws draws) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double area = draws.between(shape.smallest(), most);
      double aspect =
          Math.exp(draws.between(Math.log(shape.narrowest()), Math.log(shape.widest())));
      int height = (int) Math.rint(Math.sqrt(area * aspect));
      int width = (int) Math.rint(Math.sqrt(area / aspect));
      if (height >= grid.rows() || width >= grid.columns()) {
        continue;
      }
      int top = draws.below(grid.rows() - height + 1);
      int left = draws.below(grid.columns() - width + 1);
      int fresh = fresh(covered, grid, top, left, height, width);
      if (fresh > 0 && fresh <= most) {
        for (int y = top; y < top + height; y++) {
          int from = y * grid.columns() + left;
          Arrays.fill(covered, from, from + width, true);
        }
        return fresh;
      }
    }
    return 0;
  }

  private static int fresh(
      boolean[] covered, PlaceGrid grid, int top, int left, int height, int width) {
    int fresh = 0;
    for (int y = top; y < top + height; y++) {
      for (int x = left; x < left + width; x++) {
        fresh += covered[y * grid.columns() + x] ? 0 : 1;
      }
    }
    return fresh;
  }
}
