package dev.masquerade.masking.place;

import java.util.ArrayList;
import java.util.List;

/**
 * Masks every frame of a video alike, so that no frame shows what another hides.
 *
 * <p>Frames stand below each other in the grid: its rows are those of all frames.
 *
 * @param frames how many
 * @param frame masks one frame
 * @see <a href="https://arxiv.org/abs/2203.12602">VideoMAE</a>
 */
public record TubePlaces(int frames, PlaceMaker frame) implements PlaceMaker {

  public TubePlaces {
    if (frames < 1) {
      throw new IllegalArgumentException("a tube needs at least 1 frame, was " + frames);
    }
  }

  @Override
  public List<String> problems(PlaceGrid grid) {
    if (grid.rows() % frames != 0) {
      return List.of(frames + " frames do not share " + grid.rows() + " rows of places evenly");
    }
    return frame.problems(one(grid));
  }

  @Override
  public void choose(PlaceGrid grid, PlaceDraws draws, PlaceChoice into) {
    PlaceGrid one = one(grid);
    PlaceChoice chosen = new PlaceChoice(one.places());
    frame.choose(one, draws, chosen);
    List<int[]> ranges = new ArrayList<>();
    int seen = chosen.seen();
    int known = seen + chosen.predicted();
    ranges.add(new int[] {0, seen});
    ranges.add(new int[] {seen, known});
    ranges.add(new int[] {known, one.places()});
    int next = 0;
    for (int[] range : ranges) {
      for (int f = 0; f < frames; f++) {
        for (int i = range[0]; i < range[1]; i++) {
          into.order()[next++] = f * one.places() + chosen.order()[i];
        }
      }
    }
    into.set(seen * frames, chosen.predicted() * frames);
  }

  private PlaceGrid one(PlaceGrid grid) {
    return new PlaceGrid(grid.rows() / frames, grid.columns());
  }
}
