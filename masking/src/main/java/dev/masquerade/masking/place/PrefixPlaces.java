package dev.masquerade.masking.place;

import java.util.List;

/**
 * Keeps the first places, a number of them drawn evenly: the masking of AIM, where what comes after
 * the prefix is predicted from what comes before.
 *
 * <p>Both ends can be drawn. Lightly's prefix never reaches the maximum it documents.
 *
 * @param shortest fewest places kept; 0 only where the encoder sees more than the prefix, as in AIM
 *     itself, whose mask says which places attend causally
 * @param longest most places kept
 * @see <a href="https://arxiv.org/abs/2401.08541">Scalable Pre-training of Large Autoregressive
 *     Image Models</a>
 */
public record PrefixPlaces(int shortest, int longest) implements PlaceMaker {

  public PrefixPlaces {
    if (shortest < 0 || longest < shortest) {
      throw new IllegalArgumentException(
          "a prefix needs 0 <= shortest <= longest, was " + shortest + " to " + longest);
    }
  }

  @Override
  public List<String> problems(PlaceGrid grid) {
    if (shortest == 0) {
      return List.of(
          "a prefix of 0 places leaves the encoder none of "
              + grid.places()
              + ". Let the shortest be 1");
    }
    return longest > grid.places()
        ? List.of(
            "a prefix of up to "
                + longest
                + " places is longer than the "
                + grid.places()
                + " places of the grid")
        : List.of();
  }

  @Override
  public void choose(PlaceGrid grid, PlaceDraws draws, PlaceChoice into) {
    int kept = Math.min(grid.places(), shortest + draws.below(longest - shortest + 1));
    for (int place = 0; place < grid.places(); place++) {
      into.order()[place] = place;
    }
    into.set(kept, grid.places() - kept);
  }
}
