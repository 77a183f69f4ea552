package dev.masquerade.masking.place;

import java.util.Arrays;

/**
 * What a mask maker chose for one sample: some places are seen, some predicted, the rest dropped.
 * Used again for sample after sample by one thread.
 */
public final class PlaceChoice {

  private final int[] order;
  private int seen;
  private int predicted;

  /** Creates a choice among some places. */
  public PlaceChoice(int places) {
    order = new int[places];
  }

  /** Returns how many places are seen. */
  public int seen() {
    return seen;
  }

  /** Returns how many places are predicted. */
  public int predicted() {
    return predicted;
  }

  /** Returns the number of places of the grid. */
  public int places() {
    return order.length;
  }

  /**
   * Returns the array that holds every place once: first those seen, then those predicted, then
   * those dropped.
   */
  public int[] order() {
    return order;
  }

  /** Says how many places of the order, from its start, are seen and then predicted. */
  public void set(int seenPlaces, int predictedPlaces) {
    seen = seenPlaces;
    predicted = predictedPlaces;
  }

  /** Chooses by a mask: what is not removed is seen, what is removed predicted; both ascending. */
  public void setRemoved(boolean[] removed) {
    int next = 0;
    for (int place = 0; place < removed.length; place++) {
      if (!removed[place]) {
        order[next++] = place;
      }
    }
    seen = next;
    for (int place = 0; place < removed.length; place++) {
      if (removed[place]) {
        order[next++] = place;
      }
    }
    predicted = next - seen;
  }

  /** Returns a copy of the places that are seen, in the maker's order. */
  public int[] seenPlaces() {
    return Arrays.copyOf(order, seen);
  }

  /** Returns a copy of the places that are predicted, in the maker's order. */
  public int[] predictedPlaces() {
    return Arrays.copyOfRange(order, seen, seen + predicted);
  }
}
