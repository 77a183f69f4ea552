package dev.masquerade.masking.place;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps or removes whole square cells of places, a random subset of them as in {@link
 * RandomPlaces}: the masking of Pixio. Places stand cell after cell, row by row inside a cell.
 *
 * @param ratio share of cells to remove
 * @param cell edge of a cell, in places
 */
public record GridPlaces(MaskRatio ratio, int cell) implements PlaceMaker {

  public GridPlaces {
    if (cell < 1) {
      throw new IllegalArgumentException("cell must be at least 1 place, was " + cell);
    }
  }

  @Override
  public List<String> problems(PlaceGrid grid) {
    List<String> problems = new ArrayList<>();
    if (grid.rows() % cell != 0 || grid.columns() % cell != 0) {
      problems.add(
          "cells of "
              + cell
              + " x "
              + cell
              + " do not fill a grid of "
              + grid
              + " places. Choose an edge that divides both");
    } else {
      int cells = grid.places() / (cell * cell);
      ratio.reportEmpty(ratio.kept(cells), cells, problems);
    }
    return problems;
  }

  @Override
  public void choose(PlaceGrid grid, PlaceDraws draws, PlaceChoice into) {
    int across = grid.columns() / cell;
    int cells = across * (grid.rows() / cell);
    int kept = ratio.someKept(cells);
    int[] order = new int[cells];
    draws.order(0, cells, kept, order, 0);
    int next = 0;
    for (int drawn : order) {
      int corner = drawn / across * cell * grid.columns() + drawn % across * cell;
      for (int y = 0; y < cell; y++) {
        for (int x = 0; x < cell; x++) {
          into.order()[next++] = corner + y * grid.columns() + x;
        }
      }
    }
    into.set(kept * cell * cell, grid.places() - kept * cell * cell);
  }
}
