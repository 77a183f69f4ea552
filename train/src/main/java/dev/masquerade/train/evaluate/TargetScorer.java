package dev.masquerade.train.evaluate;

import dev.masquerade.model.head.Predictions;
import java.util.List;

/** Scores predictions of one target modality. What does not depend on the input is kept. */
interface TargetScorer {

  /** Starts scoring one task. */
  Score start();

  /** Adds up one task. */
  interface Score {

    /**
     * Adds the predictions of one batch.
     *
     * @param predictions of the target
     * @param rows the samples, by row of the batch
     */
    void add(Predictions predictions, List<EvaluationSample> rows);

    /** Returns the measures over everything added. */
    List<MetricComparison> metrics();
  }
}
