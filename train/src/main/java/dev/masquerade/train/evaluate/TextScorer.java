package dev.masquerade.train.evaluate;

import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.model.head.Predictions;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Scores a sequence token by token, each given the true ones before it. Sentinels, which say
 * nothing of the content, do not count.
 */
final class TextScorer implements TargetScorer {

  private final SpanMarks marks;
  private final TextPrior prior;

  TextScorer(
      int modality, int vocabulary, TokenLayout.Sequence layout, List<EvaluationSample> training) {
    this.marks = layout.marks();
    this.prior = new TextPrior(vocabulary);
    for (EvaluationSample sample : training) {
      if (sample.tokens().get(modality) instanceof TokenizedModality.IdSequence sequence) {
        int previous = marks.sentinel(1);
        for (int i = 0; i < sequence.ids().length; i++) {
          prior.learn(i, previous, sequence.ids()[i]);
          previous = sequence.ids()[i];
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
        int target = predictions.part().target(k);
        if (marks.isSentinel(target)) {
          continue;
        }
        int position = predictions.part().position(k);
        int previous = predictions.part().id(k);
        count++;
        right += predictions.best(k) == target ? 1 : 0;
        surprise += GridScorer.surprise(predictions, k, target);
        priorRight += prior.best(position, previous) == target ? 1 : 0;
        priorSurprise -= Math.log(prior.probability(position, previous, target));
      }
    }

    @Override
    public List<MetricComparison> metrics() {
      return List.of(
          new MetricComparison(
              "next_token_accuracy",
              "",
              true,
              (double) right / count,
              (double) priorRight / count,
              OptionalDouble.empty()),
          new MetricComparison(
              "next_token_cross_entropy",
              "nats",
              false,
              surprise / count,
              priorSurprise / count,
              OptionalDouble.empty()));
    }
  }
}
