package dev.masquerade.masking.place;

import java.util.List;

/**
 * A way to choose which places of a grid an encoder sees. Immutable, so that several threads may
 * use one, each with draws and a choice of its own.
 */
public interface PlaceMaker {

  /**
   * Finds what keeps the maker from working on a grid, an empty encoder above all.
   *
   * @return one sentence per problem, without a full stop; empty where there is none
   */
  List<String> problems(PlaceGrid grid);

  /**
   * Chooses for one sample.
   *
   * @param grid one in which the maker found no problem
   * @param draws of this sample
   * @param into as large as the grid; receives the choice
   * @throws IllegalArgumentException if nothing would be left to see
   */
  void choose(PlaceGrid grid, PlaceDraws draws, PlaceChoice into);
}
