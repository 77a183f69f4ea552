package dev.masquerade.train.evaluate;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * What can be said of a token without any input but the text's beginning: how often it followed the
 * token before it at this position, smoothed by how often it followed that token anywhere, smoothed
 * by how often it stood anywhere. Smoothing counts as five observations.
 */
/** Guesses the next token of a text from its position and the token before it. */
final class TextPrior {

  private static final double SMOOTHING = 5;

  private static final class Counts {
    final Map<Integer, Integer> byToken = new HashMap<>();
    int total;
    int best;

    void add(int token) {
      total++;
      int count = byToken.merge(token, 1, Integer::sum);
      int leader = byToken.getOrDefault(best, 0);
      // On ties the smaller id, so that the order of samples does not matter.
      if (count > leader || count == leader && token < best) {
        best = token;
      }
    }

    double of(int token) {
      return byToken.getOrDefault(token, 0);
    }
  }

  private final int vocabulary;
  private final Map<Long, Counts> here = new HashMap<>();
  private final Map<Integer, Counts> after = new HashMap<>();
  private final Counts anywhere = new Counts();

  TextPrior(int vocabulary) {
    this.vocabulary = vocabulary;
  }

  /** Learns that {@code token} stood at a position after another. */
  void learn(int position, int previous, int token) {
    here.computeIfAbsent(key(position, previous), unused -> new Counts()).add(token);
    after.computeIfAbsent(previous, unused -> new Counts()).add(token);
    anywhere.add(token);
  }

  /** Returns the likeliest token. */
  int best(int position, int previous) {
    Counts counts = here.get(key(position, previous));
    if (counts == null) {
      counts = after.get(previous);
    }
    return counts == null ? anywhere.best : counts.best;
  }

  /** Returns the probability of a token. */
  double probability(int position, int previous, int token) {
    double pooled = (anywhere.of(token) + 1) / (anywhere.total + vocabulary);
    double following = smoothed(after.get(previous), token, pooled);
    return smoothed(here.get(key(position, previous)), token, following);
  }

  private static double smoothed(@Nullable Counts counts, int token, double otherwise) {
    return counts == null
        ? otherwise
        : (counts.of(token) + SMOOTHING * otherwise) / (counts.total + SMOOTHING);
  }

  private static long key(int position, int previous) {
    return (long) position << 32 | previous;
  }
}
