package dev.masquerade.train.evaluate;

import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.model.head.Predictions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Scores a picture-like target by its pixels, and by its ids beside that. Predictions are decoded
 * by the expected value of their codes.
 */
final class FrameScorer implements TargetScorer {

  private final FrameMeasures frames;
  private final TargetScorer ids;

  /**
   * Joins measures.
   *
   * @param ids scores the same target by its ids
   */
  FrameScorer(FrameMeasures frames, TargetScorer ids) {
    this.frames = frames;
    this.ids = ids;
  }

  @Override
  public Score start() {
    return new Sums();
  }

  /** Decodes the predictions of every row of a batch. */
  static List<Planes> decode(Predictions predictions, TokenCodec codec, int rows) {
    int places = codec.grid().places();
    int vocabulary = predictions.vocabulary();
    int[] firsts = new int[rows];
    Arrays.fill(firsts, -1);
    for (int k = predictions.count() - 1; k >= 0; k--) {
      firsts[predictions.part().row(k)] = k;
    }
    return IntStream.range(0, rows)
        .parallel()
        .mapToObj(
            row -> {
              float[] probabilities = new float[places * vocabulary];
              for (int place = 0; place < places; place++) {
                int k = firsts[row] + place;
                if (predictions.part().row(k) != row || predictions.part().place(k) != place) {
                  throw new IllegalStateException("all places of a target must be predicted");
                }
                System.arraycopy(
                    predictions.probabilities(k), 0, probabilities, place * vocabulary, vocabulary);
              }
              return codec.decodeExpected(probabilities);
            })
        .toList();
  }

  private final class Sums implements Score {
    private final FrameMeasures.Frames sums = frames.start();
    private final Score tokens = ids.start();

    @Override
    public void add(Predictions predictions, List<EvaluationSample> rows) {
      tokens.add(predictions, rows);
      List<Planes> decoded = decode(predictions, frames.codec(), rows.size());
      for (int row = 0; row < rows.size(); row++) {
        sums.add(decoded.get(row), rows.get(row));
      }
    }

    @Override
    public List<MetricComparison> metrics() {
      List<MetricComparison> metrics = sums.metrics();
      metrics.addAll(tokens.metrics());
      return metrics;
    }
  }
}
