package dev.masquerade.masking.place;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** A mask that somebody gave: by places, by boxes or as a picture. Draws nothing. */
public final class GivenPlaces implements PlaceMaker {

  private static final double ROUNDING = 1e-9;

  private final BitSet removed;
  private final int places;

  private GivenPlaces(BitSet removed, int places) {
    this.removed = removed;
    this.places = places;
    if (removed.cardinality() == places) {
      throw new IllegalArgumentException(
          "the given mask removes all " + places + " places, which leaves the encoder none");
    }
  }

  /**
   * Removes listed places.
   *
   * @param list places of the grid, row by row from 0, in any order
   */
  public static GivenPlaces removing(PlaceGrid grid, int... list) {
    BitSet removed = new BitSet(grid.places());
    for (int place : list) {
      if (place < 0 || place >= grid.places()) {
        throw new IllegalArgumentException(
            "place "
                + place
                + " is outside a grid of "
                + grid
                + ", whose places are 0 to "
                + (grid.places() - 1));
      }
      removed.set(place);
    }
    return new GivenPlaces(removed, grid.places());
  }

  /**
   * Takes a mask place by place, for example the values of a small picture.
   *
   * @param removed (L) true where a place is removed; as many as the grid has places
   */
  public static GivenPlaces mask(PlaceGrid grid, boolean[] removed) {
    if (removed.length != grid.places()) {
      throw new IllegalArgumentException(
          "a mask for a grid of "
              + grid
              + " needs "
              + grid.places()
              + " values, row by row, was "
              + removed.length);
    }
    BitSet set = new BitSet(removed.length);
    for (int place = 0; place < removed.length; place++) {
      set.set(place, removed[place]);
    }
    return new GivenPlaces(set, removed.length);
  }

  /**
   * Removes every place that a box touches.
   *
   * @param width of the picture in which the boxes stand, in their unit: pixels, or 1 for fractions
   * @param height of that picture
   */
  public static GivenPlaces boxes(PlaceGrid grid, double width, double height, List<Box> boxes) {
    BitSet removed = new BitSet(grid.places());
    for (Box box : boxes) {
      if (box.right() > width || box.bottom() > height) {
        throw new IllegalArgumentException(
            box + " reaches beyond its picture of " + width + " x " + height);
      }
      int right = last(box.right() / width, grid.columns());
      int bottom = last(box.bottom() / height, grid.rows());
      for (int y = first(box.top() / height, grid.rows()); y <= bottom; y++) {
        for (int x = first(box.left() / width, grid.columns()); x <= right; x++) {
          removed.set(y * grid.columns() + x);
        }
      }
    }
    return new GivenPlaces(removed, grid.places());
  }

  // A box whose edge is one between two places touches one of them only, rounding or not.
  private static int first(double start, int count) {
    return (int) Math.floor(start * count + ROUNDING);
  }

  private static int last(double end, int count) {
    return (int) Math.ceil(end * count - ROUNDING) - 1;
  }

  /**
   * A rectangle, in pixels or in fractions of the picture.
   *
   * @param left at least 0
   * @param top at least 0
   * @param right more than {@code left}
   * @param bottom more than {@code top}
   */
  public record Box(double left, double top, double right, double bottom) {
    public Box {
      if (!(left >= 0 && top >= 0 && right > left && bottom > top)) {
        throw new IllegalArgumentException(
            "a box needs 0 <= left < right and 0 <= top < bottom, was "
                + left
                + ", "
                + top
                + ", "
                + right
                + ", "
                + bottom);
      }
    }
  }

  /** Returns the mask, (L) true where a place is removed. */
  public boolean[] removed() {
    boolean[] mask = new boolean[places];
    for (int place = 0; place < places; place++) {
      mask[place] = removed.get(place);
    }
    return mask;
  }

  @Override
  public List<String> problems(PlaceGrid grid) {
    List<String> problems = new ArrayList<>();
    if (grid.places() != places) {
      problems.add("the given mask has " + places + " places, but the grid is " + grid);
    }
    return problems;
  }

  @Override
  public void choose(PlaceGrid grid, PlaceDraws draws, PlaceChoice into) {
    into.setRemoved(removed());
  }
}
