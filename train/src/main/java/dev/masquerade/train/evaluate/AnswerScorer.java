package dev.masquerade.train.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Scores whole answers: what captions say, where boxes are, which colours a picture shows.
 *
 * <p>The answer without any input is, measure by measure, the one of some training samples that
 * agrees best with all of them.
 */
final class AnswerScorer<T> {

  private static final int CANDIDATES = 64;

  private final List<Judgement<T>> judgements;
  private final List<T> priors = new ArrayList<>();

  /**
   * Finds the constant answers.
   *
   * @param training at least one true answer
   */
  AnswerScorer(List<Judgement<T>> judgements, List<T> training) {
    this.judgements = List.copyOf(judgements);
    for (Judgement<T> judgement : judgements) {
      priors.add(best(judgement, training));
    }
  }

  private static <T> T best(Judgement<T> judgement, List<T> training) {
    T best = training.get(0);
    double most = Double.NEGATIVE_INFINITY;
    int candidates = Math.min(CANDIDATES, training.size());
    for (int i = 0; i < candidates; i++) {
      T candidate = training.get((int) ((long) i * training.size() / candidates));
      Mean mean = new Mean();
      training.forEach(truth -> mean.add(judgement.score().applyAsDouble(candidate, truth)));
      if (mean.value() > most) {
        most = mean.value();
        best = candidate;
      }
    }
    return best;
  }

  /** Starts scoring one task. */
  Sums start() {
    return new Sums();
  }

  /** Adds up one task. */
  final class Sums {
    private final List<Mean> model = means();
    private final List<Mean> prior = means();
    private final List<Mean> bound = means();

    private List<Mean> means() {
      return judgements.stream().map(judgement -> new Mean()).toList();
    }

    /**
     * Adds an answer.
     *
     * @param best what no answer can surpass by much; null where that is the truth
     */
    void add(T answer, T truth, @Nullable T best) {
      for (int m = 0; m < judgements.size(); m++) {
        var score = judgements.get(m).score();
        model.get(m).add(score.applyAsDouble(answer, truth));
        prior.get(m).add(score.applyAsDouble(priors.get(m), truth));
        if (best != null) {
          bound.get(m).add(score.applyAsDouble(best, truth));
        }
      }
    }

    /** Returns the measures over everything added. */
    List<MetricComparison> metrics() {
      List<MetricComparison> metrics = new ArrayList<>();
      for (int m = 0; m < judgements.size(); m++) {
        double most = bound.get(m).value();
        metrics.add(
            new MetricComparison(
                judgements.get(m).name(),
                "",
                true,
                model.get(m).value(),
                prior.get(m).value(),
                Double.isNaN(most) ? OptionalDouble.empty() : OptionalDouble.of(most)));
      }
      return metrics;
    }
  }

  /** The mean of numbers, passing over those that are none. */
  private static final class Mean {
    private double sum;
    private long count;

    void add(double value) {
      if (!Double.isNaN(value)) {
        sum += value;
        count++;
      }
    }

    double value() {
      return count == 0 ? Double.NaN : sum / count;
    }
  }
}
