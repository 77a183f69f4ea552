package dev.masquerade.masking.place;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Gives recorded draws in their order, and complains where another one is asked for.
 *
 * <p>Bounds may be one larger than those recorded where {@code farther} says so: there the
 * reference never draws the end that it documents, and we do.
 */
final class ReplayedPlaceDraws implements PlaceDraws {

  // The reference computes some bounds in 32-bit floats.
  private static final double TOLERANCE = 1e-5;

  private final Deque<JsonObject> recorded = new ArrayDeque<>();
  private final Deque<double[]> noises = new ArrayDeque<>();
  private final int farther;

  private ReplayedPlaceDraws(int farther) {
    this.farther = farther;
  }

  static ReplayedPlaceDraws of(JsonElement draws, boolean farther) {
    ReplayedPlaceDraws replayed = new ReplayedPlaceDraws(farther ? 1 : 0);
    for (JsonElement draw : draws.getAsJsonArray()) {
      JsonElement result = draw.getAsJsonObject().get("result");
      if (result.isJsonArray()
          && !draw.getAsJsonObject().get("op").getAsString().equals("shuffle")) {
        // Drawn for a batch at once.
        for (JsonElement one : result.getAsJsonArray()) {
          JsonObject single = draw.getAsJsonObject().deepCopy();
          single.add("result", one);
          replayed.recorded.add(single);
        }
      } else {
        replayed.recorded.add(draw.getAsJsonObject());
      }
    }
    return replayed;
  }

  static ReplayedPlaceDraws ofNoise(List<double[]> noises) {
    ReplayedPlaceDraws replayed = new ReplayedPlaceDraws(0);
    replayed.noises.addAll(noises);
    return replayed;
  }

  int left() {
    return recorded.size() + noises.size();
  }

  @Override
  public double unit() {
    return pop("rand").get("result").getAsDouble();
  }

  @Override
  public double between(double from, double to) {
    JsonObject draw = pop("uniform", "uniform_");
    double[] ends = PlaceGoldens.doubles(draw.get("args"));
    if (Math.abs(ends[0] - from) > TOLERANCE || Math.abs(ends[1] - to) > TOLERANCE) {
      throw new IllegalStateException("asked for " + from + " to " + to + ", next is " + draw);
    }
    return draw.get("result").getAsDouble();
  }

  @Override
  public int below(int bound) {
    JsonObject draw = pop("randint", "randint_inclusive");
    JsonArray ends = draw.getAsJsonArray("args");
    int high = ends.get(ends.size() - 1).getAsInt();
    boolean inclusive = draw.get("op").getAsString().equals("randint_inclusive");
    if (bound != high + (inclusive ? 1 : farther)) {
      throw new IllegalStateException("asked for a number below " + bound + ", next is " + draw);
    }
    return draw.get("result").getAsInt();
  }

  @Override
  public void order(int first, int total, int count, int[] into, int at) {
    double[] noise = noises.poll();
    int[] order =
        noise == null
            ? PlaceGoldens.ints(pop("shuffle").get("result"))
            : IntStream.range(0, noise.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> noise[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    if (order.length != total) {
      throw new IllegalStateException("asked to order " + total + ", recorded " + order.length);
    }
    for (int i = 0; i < total; i++) {
      into[at + i] = first + order[i];
    }
  }

  private JsonObject pop(String... operations) {
    JsonObject draw = recorded.poll();
    if (draw == null || !List.of(operations).contains(draw.get("op").getAsString())) {
      throw new IllegalStateException(
          "asked for " + String.join(" or ", operations) + ", next is " + draw);
    }
    return draw;
  }
}
