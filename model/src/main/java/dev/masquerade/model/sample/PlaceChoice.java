package dev.masquerade.model.sample;

import java.util.Arrays;

/** Which of the places that were predicted keep their tokens. */
final class PlaceChoice {

  private PlaceChoice() {}

  /**
   * Chooses the candidates of largest probability.
   *
   * @param probabilities of what was drawn, by candidate
   * @param unfiltered the same before filtering and temperature, which decides between equals; at
   *     temperature 0, where every draw is certain, it decides alone
   * @param count how many, at most as many as there are
   * @return numbers of candidates, ascending. Of equal ones those that come first
   */
  static int[] likeliest(double[] probabilities, double[] unfiltered, int count) {
    Integer[] order = new Integer[probabilities.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        (a, b) -> {
          int byProbability = Double.compare(probabilities[b], probabilities[a]);
          return byProbability != 0 ? byProbability : Double.compare(unfiltered[b], unfiltered[a]);
        });
    return Arrays.stream(order).limit(count).mapToInt(Integer::intValue).sorted().toArray();
  }
}
