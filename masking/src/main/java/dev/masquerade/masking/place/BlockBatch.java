package dev.masquerade.masking.place;

import java.util.List;

/**
 * Block masks of a batch, as iBOT and DINOv2 draw them: a share of the pictures is masked, by
 * ratios that are spread evenly over a range, and the pictures are shuffled.
 *
 * @param pictures share of the pictures that is masked at all
 * @param least smallest share of places removed of a masked picture
 * @param most largest such share
 * @param shape of the blocks
 */
public record BlockBatch(MaskRatio pictures, MaskRatio least, MaskRatio most, BlockShape shape) {

  public BlockBatch {
    if (least.share() > most.share()) {
      throw new IllegalArgumentException(
          "the ratios of masked pictures need least <= most, was "
              + least.share()
              + " and "
              + most.share());
    }
    if (most.share() == 1) {
      throw new IllegalArgumentException("a ratio of 1 leaves the encoder no place of a picture");
    }
  }

  /**
   * Chooses for all pictures of a batch.
   *
   * @param into one choice per picture; a picture that is not masked is wholly seen
   */
  public void choose(PlaceGrid grid, PlaceDraws draws, List<PlaceChoice> into) {
    int rows = into.size();
    int masked = (int) (rows * pictures.share());
    boolean[][] masks = new boolean[rows][grid.places()];
    double width = most.share() - least.share();
    for (int i = 0; i < masked; i++) {
      double ratio =
          draws.between(
              least.share() + width * i / masked, least.share() + width * (i + 1) / masked);
      BlockCover.cover(masks[i], grid, (int) (grid.places() * ratio), shape, draws);
    }
    int[] order = new int[rows];
    draws.order(0, rows, rows, order, 0);
    for (int row = 0; row < rows; row++) {
      into.get(row).setRemoved(masks[order[row]]);
    }
  }
}
