package dev.masquerade.masking;

import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/** Gives recorded draws in their order, and complains where another one is asked for. */
final class ReplayedDraws implements TokenDraws {

  private final Deque<JsonObject> recorded = new ArrayDeque<>();
  private double[] round = {};
  private int next;
  private float keep;

  ReplayedDraws(List<JsonObject> draws) {
    recorded.addAll(draws);
  }

  /** Leaves out the draws that the reference makes and then ignores: nothing is to be kept. */
  void skipRound() {
    pop("uniform_vector");
  }

  int left() {
    return recorded.size();
  }

  @Override
  public double unit() {
    return pop("uniform_scalar").get("result").getAsDouble();
  }

  @Override
  public boolean coin() {
    return pop("choice").get("result").getAsDouble() == 1;
  }

  @Override
  public void startRound(double keep) {
    this.keep = (float) keep;
    round = Goldens.doubles(pop("uniform_vector").get("result"));
    next = 0;
  }

  @Override
  public boolean keeps() {
    return (float) round[next++] <= keep;
  }

  @Override
  public int below(int bound) {
    JsonObject draw = pop("randint_below");
    if (Goldens.ints(draw.get("args"))[0] != bound) {
      throw new IllegalStateException("asked for a number below " + bound + ", next is " + draw);
    }
    return draw.get("result").getAsInt();
  }

  // Place j of the random order is the rank of the j-th recorded number.
  @Override
  public void order(int total, int count, int[] into) {
    double[] noise = Goldens.doubles(pop("uniform_vector").get("result"));
    if (noise.length != total) {
      throw new IllegalStateException("asked to order " + total + ", recorded " + noise.length);
    }
    for (int j = 0; j < total; j++) {
      double own = noise[j];
      int index = j;
      into[j] =
          (int)
              IntStream.range(0, total)
                  .filter(k -> noise[k] < own || (noise[k] == own && k < index))
                  .count();
    }
  }

  private JsonObject pop(String function) {
    JsonObject draw = recorded.poll();
    if (draw == null || !draw.get("fn").getAsString().equals(function)) {
      throw new IllegalStateException("asked for " + function + ", next is " + draw);
    }
    return draw;
  }
}
