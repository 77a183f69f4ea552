package dev.masquerade.masking.place;

import java.util.List;
import java.util.stream.IntStream;

/*
 * MultiMAE shares out the visible tokens of a picture over its tasks [1]:
 *
 *  1. Proportions come from a Dirichlet draw; each times the budget, rounded half to even, says how
 *     many places of a task are wanted.
 *  2. A random subset of that size is taken of each task; all of a task that is smaller.
 *  3. Rounding and small tasks make the sum differ from the budget. So all places of all tasks are
 *     put into a random order, wanted ones first, and exactly the budget is kept.
 *
 * [1] Bachmann et al.: MultiMAE. https://arxiv.org/abs/2204.01678
 */
/**
 * Takes the visible places of several tasks, one exact budget for all of them. For one picture, and
 * so for each row of a batch alike; used by one thread.
 */
public final class TaskAllocation {

  private final int visible;
  private final int[] places;
  private final int all;
  private final int[] order;
  private final boolean[] wanted;

  /**
   * Creates an allocation.
   *
   * @param visible places kept over all tasks
   * @param places number of places per task
   * @throws IllegalArgumentException if that keeps nothing, or more than there is
   */
  public TaskAllocation(int visible, List<Integer> places) {
    this.visible = visible;
    this.places = places.stream().mapToInt(Integer::intValue).toArray();
    this.all = IntStream.of(this.places).sum();
    this.order = new int[all];
    this.wanted = new boolean[all];
    if (visible < 1 || visible > all) {
      throw new IllegalArgumentException(
          "the visible tokens must lie in [1, "
              + all
              + "], the number of places of all tasks, was "
              + visible);
    }
  }

  /**
   * Returns how many places of each task are wanted.
   *
   * @param shares one number of at least 0 per task, summing to 1
   */
  public int[] wanted(double[] shares) {
    int[] counts = new int[places.length];
    for (int t = 0; t < counts.length; t++) {
      counts[t] = (int) Math.rint(shares[t] * visible);
    }
    return counts;
  }

  /**
   * Chooses the places of one picture.
   *
   * @param counts wanted places per task
   * @param into one choice per task; what is not seen is predicted
   */
  public void choose(int[] counts, PlaceDraws draws, List<PlaceChoice> into) {
    int first = 0;
    for (int t = 0; t < places.length; t++) {
      draws.order(0, places[t], places[t], order, 0);
      for (int i = 0; i < places[t]; i++) {
        wanted[first + i] = order[i] < counts[t];
      }
      first += places[t];
    }
    draws.order(0, all, all, order, 0);
    boolean[] kept = new boolean[all];
    int left = keepFirst(true, visible, kept);
    keepFirst(false, left, kept);
    first = 0;
    for (int t = 0; t < places.length; t++) {
      boolean[] removed = new boolean[places[t]];
      for (int i = 0; i < removed.length; i++) {
        removed[i] = !kept[first + i];
      }
      into.get(t).setRemoved(removed);
      first += places[t];
    }
  }

  private int keepFirst(boolean ofWanted, int count, boolean[] kept) {
    int left = count;
    for (int i = 0; i < all && left > 0; i++) {
      if (wanted[order[i]] == ofWanted) {
        kept[order[i]] = true;
        left--;
      }
    }
    return left;
  }
}
