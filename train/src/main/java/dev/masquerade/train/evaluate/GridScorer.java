package dev.masquerade.train.evaluate;

import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.model.head.Predictions;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/*
 * The prior knows how often each id stood at each place, smoothed by how often it stood anywhere:
 * p(id | place) = (n(id, place) + 10 p(id)) / (n + 10).
 */
/** Scores ids on a grid by themselves: share that is right, and surprise. */
final class GridScorer implements TargetScorer {

  private static final double SMOOTHING = 10;

  private final int vocabulary;
  private final double[] probabilities;
  private final int[] best;

  /**
   * Makes the prior.
   *
   * @param modality place in the run
   * @param places L
   */
  GridScorer(int modality, int vocabulary, int places, List<EvaluationSample> training) {
    this.vocabulary = vocabulary;
    this.probabilities = new double[places * vocabulary];
    this.best = new int[places];
    double[] anywhere = new double[vocabulary];
    int samples = 0;
    for (EvaluationSample sample : training) {
      if (sample.tokens().get(modality) instanceof TokenizedModality.IdGrid grid) {
        samples++;
        for (int place = 0; place < places; place++) {
          probabilities[place * vocabulary + grid.ids()[place]]++;
          anywhere[grid.ids()[place]]++;
        }
      }
    }
    double all = (double) samples * places + vocabulary;
    for (int place = 0; place < places; place++) {
      for (int id = 0; id < vocabulary; id++) {
        int at = place * vocabulary + id;
        double pooled = (anywhere[id] + 1) / all;
        probabilities[at] = (probabilities[at] + SMOOTHING * pooled) / (samples + SMOOTHING);
        if (probabilities[at] > probabilities[place * vocabulary + best[place]]) {
          best[place] = id;
        }
      }
    }
  }

  @Override
  public Score start() {
    return new Counts();
  }

  private final class Counts implements Score {
    private long count;
    private long right;
    private long priorRight;
    private double surprise;
    private double priorSurprise;

    @Override
    public void add(Predictions predictions, List<EvaluationSample> rows) {
      for (int k = 0; k < predictions.count(); k++) {
        int place = predictions.part().place(k);
        int target = predictions.part().target(k);
        count++;
        right += predictions.best(k) == target ? 1 : 0;
        surprise += surprise(predictions, k, target);
        priorRight += best[place] == target ? 1 : 0;
        priorSurprise -= Math.log(probabilities[place * vocabulary + target]);
      }
    }

    @Override
    public List<MetricComparison> metrics() {
      List<MetricComparison> metrics = new ArrayList<>();
      metrics.add(
          new MetricComparison(
              "token_accuracy",
              "",
              true,
              (double) right / count,
              (double) priorRight / count,
              OptionalDouble.empty()));
      metrics.add(
          new MetricComparison(
              "token_cross_entropy",
              "nats",
              false,
              surprise / count,
              priorSurprise / count,
              OptionalDouble.empty()));
      return metrics;
    }
  }

  /** Returns minus the logarithm of the probability of {@code target}, from the logits. */
  static double surprise(Predictions predictions, int k, int target) {
    int from = k * predictions.vocabulary();
    float[] logits = predictions.logits();
    double largest = logits[from + predictions.best(k)];
    double sum = 0;
    for (int id = 0; id < predictions.vocabulary(); id++) {
      sum += Math.exp(logits[from + id] - largest);
    }
    return Math.log(sum) + largest - logits[from + target];
  }
}
