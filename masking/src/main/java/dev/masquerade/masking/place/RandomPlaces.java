package dev.masquerade.masking.place;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a random subset of fixed size, every subset being equally likely: the masking of MAE, which
 * shuffles by noise and keeps the smallest.
 *
 * @param ratio share of places to remove
 * @see <a href="https://arxiv.org/abs/2111.06377">Masked Autoencoders Are Scalable Vision
 *     Learners</a>
 */
public record RandomPlaces(MaskRatio ratio) implements PlaceMaker {

  @Override
  public List<String> problems(PlaceGrid grid) {
    List<String> problems = new ArrayList<>();
    ratio.reportEmpty(ratio.kept(grid.places()), grid.places(), problems);
    return problems;
  }

  @Override
  public void choose(PlaceGrid grid, PlaceDraws draws, PlaceChoice into) {
    int places = grid.places();
    int kept = ratio.someKept(places);
    draws.order(0, places, kept, into.order(), 0);
    into.set(kept, places - kept);
  }
}
