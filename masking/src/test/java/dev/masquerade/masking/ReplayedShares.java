package dev.masquerade.masking;

import com.google.gson.JsonObject;
import dev.masquerade.masking.budget.ShareDraws;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Gives the recorded Dirichlet draws of one side. A record of one dimension is a draw of
 * proportions; one of two dimensions holds the fresh draws for the tokens left over.
 */
final class ReplayedShares implements ShareDraws {

  private final int[] takers;
  private final List<double[]> proportions = new ArrayList<>();
  private final List<Deque<double[]>> leftOvers = new ArrayList<>();
  private int drawn;

  ReplayedShares(List<JsonObject> draws, String side, int[] takers) {
    this.takers = takers;
    for (JsonObject draw : draws) {
      if (!draw.get("which").getAsString().equals(side)) {
        continue;
      }
      int[] shape = Goldens.ints(draw.get("shape"));
      double[] values = Goldens.doubles(draw.get("values"));
      if (shape.length == 1) {
        proportions.add(values);
        leftOvers.add(new ArrayDeque<>());
      } else {
        for (int row = 0; row < shape[0]; row++) {
          leftOvers
              .get(leftOvers.size() - 1)
              .add(Arrays.copyOfRange(values, row * shape[1], (row + 1) * shape[1]));
        }
      }
    }
  }

  /** Returns how often proportions were recorded. */
  int attempts() {
    return proportions.size();
  }

  /** Says whether everything recorded was asked for. */
  boolean exhausted() {
    return drawn == proportions.size() && leftOvers.stream().allMatch(Deque::isEmpty);
  }

  @Override
  public void draw(double[] into) {
    double[] recorded = proportions.get(drawn++);
    for (int i = 0; i < takers.length; i++) {
      into[i] = recorded[takers[i]];
    }
  }

  @Override
  public int largest() {
    double[] recorded = leftOvers.get(drawn - 1).remove();
    int largest = 0;
    for (int i = 1; i < takers.length; i++) {
      if (recorded[takers[i]] > recorded[takers[largest]]) {
        largest = i;
      }
    }
    return largest;
  }
}
