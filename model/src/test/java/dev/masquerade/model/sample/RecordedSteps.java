package dev.masquerade.model.sample;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps that the reference expanded one target into.
 *
 * <p>Its cosine schedules have steps of zero tokens, and a last one of less than zero where
 * rounding gave away too much. Ours drop the former and take the latter back from the steps before,
 * so their steps are found by {@link #taken} and are equal up to {@link #untouched}.
 *
 * @param target name of the modality
 * @param steps as expanded, in order
 * @param first number of the first of them among all recorded steps of grids
 */
record RecordedSteps(String target, List<JsonObject> steps, int first) {
  RecordedSteps {
    steps = List.copyOf(steps);
  }

  /** Groups expanded steps by target: each gets those that follow one another. */
  static List<RecordedSteps> of(JsonArray expanded) {
    List<RecordedSteps> groups = new ArrayList<>();
    List<JsonObject> own = new ArrayList<>();
    int grids = 0;
    for (JsonElement element : expanded) {
      JsonObject step = element.getAsJsonObject();
      if (!own.isEmpty() && !target(own.get(0)).equals(target(step))) {
        groups.add(new RecordedSteps(target(own.get(0)), own, grids));
        grids += groups.get(groups.size() - 1).ofGrids();
        own.clear();
      }
      own.add(step);
    }
    if (!own.isEmpty()) {
      groups.add(new RecordedSteps(target(own.get(0)), own, grids));
    }
    return groups;
  }

  private static String target(JsonObject step) {
    return step.get("target_domain").getAsString();
  }

  /** Returns how many of them generate a grid: all, or none. */
  int ofGrids() {
    return (int) steps.stream().filter(RecordedSteps::counts).count();
  }

  /** Texts have no number of tokens. */
  private static boolean counts(JsonObject step) {
    return !step.get("num_tokens").isJsonNull();
  }

  private static int tokens(JsonObject step) {
    return counts(step) ? step.get("num_tokens").getAsInt() : 1;
  }

  /** Returns the places in {@link #steps} of those that ours take too: those with tokens. */
  List<Integer> taken() {
    List<Integer> taken = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      if (tokens(steps.get(i)) > 0) {
        taken.add(i);
      }
    }
    return taken;
  }

  /**
   * Returns how many of the steps taken have as many tokens as ours: all, or those at the start.
   */
  int untouched() {
    int total = steps.stream().mapToInt(RecordedSteps::tokens).sum();
    int settled = 0;
    int count = 0;
    for (int i : taken()) {
      settled += tokens(steps.get(i));
      if (settled > total) {
        break;
      }
      count++;
    }
    return count;
  }

  /** Says whether they look at every place that is still open. */
  boolean lookAtAll() {
    return GoldenChain.scheme(steps.get(0).get("scheme").getAsString()) == DecodingScheme.MASKGIT;
  }

  /**
   * Says whether the temperature of a step taken is ours too. One that advances with every step is
   * another after steps that ours drop.
   */
  boolean isTemperatureOurs(int taken, TemperatureSchedule cooling) {
    return !(cooling instanceof TemperatureSchedule.OneX) || taken().get(taken) == taken;
  }

  /** Returns which step taken has a number among all recorded steps of grids: its number there. */
  int recorded(int taken) {
    return first + taken().get(taken);
  }
}
