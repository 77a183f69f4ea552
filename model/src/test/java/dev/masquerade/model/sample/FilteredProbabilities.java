package dev.masquerade.model.sample;

import java.util.Arrays;
import java.util.Comparator;

/** What a filter leaves of one row of logits, by sorting, to compare with. */
final class FilteredProbabilities {

  private FilteredProbabilities() {}

  static double[] of(float[] logits, double temperature, TokenFilter filter) {
    int vocabulary = logits.length;
    Integer[] order = new Integer[vocabulary];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> -logits[i]));
    int most = filter.topK().of(vocabulary);
    double smallest = logits[order[most - 1]];
    double[] kept = new double[vocabulary];
    double total = 0;
    for (int i = 0; i < vocabulary; i++) {
      kept[i] = logits[i] >= smallest ? Math.exp(logits[i] - logits[order[0]]) : 0;
      total += kept[i];
    }
    double before = 0;
    for (int id : order) {
      double share = kept[id] / total;
      if (before > filter.topP()) {
        kept[id] = 0;
      }
      before += share;
    }
    double sum = 0;
    double[] result = new double[vocabulary];
    for (int i = 0; i < vocabulary; i++) {
      result[i] = kept[i] > 0 ? Math.exp((logits[i] - logits[order[0]]) / temperature) : 0;
      sum += result[i];
    }
    for (int i = 0; i < vocabulary; i++) {
      result[i] /= sum;
    }
    return result;
  }
}
