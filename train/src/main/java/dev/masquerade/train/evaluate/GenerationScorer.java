package dev.masquerade.train.evaluate;

import dev.masquerade.train.generate.GeneratedContent;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Scores generated content of one modality. What does not depend on the input is kept. */
interface GenerationScorer {

  /** Says whether a sample has the truth that is needed. */
  boolean judges(EvaluationSample sample);

  /** Starts scoring one task. */
  Score start();

  /** Adds up one task. */
  interface Score {

    /** Adds what was generated for a sample. */
    void add(GeneratedContent content, EvaluationSample sample);

    /** Returns the measures over everything added. */
    List<MetricComparison> metrics();
  }

  /** Scores pictures, maps of depth, normals and classes by their pixels. */
  static GenerationScorer frames(int modality, FrameMeasures measures) {
    return new GenerationScorer() {
      @Override
      public boolean judges(EvaluationSample sample) {
        return sample.frames().get(modality) != null;
      }

      @Override
      public Score start() {
        FrameMeasures.Frames sums = measures.start();
        return new Score() {
          @Override
          public void add(GeneratedContent content, EvaluationSample sample) {
            if (content instanceof GeneratedContent.Frame frame) {
              sums.add(frame.planes(), sample);
            }
          }

          @Override
          public List<MetricComparison> metrics() {
            return sums.metrics();
          }
        };
      }
    };
  }

  /**
   * Scores what content says.
   *
   * @param answer what generated content says
   * @param truth what a sample says; null where it says nothing
   * @param best what content rebuilt from the truth's own tokens says: the tokenizer's bound; null
   *     where there are no tokens
   */
  static <T> GenerationScorer answers(
      AnswerScorer<T> scorer,
      Function<GeneratedContent, T> answer,
      Function<EvaluationSample, @Nullable T> truth,
      Function<EvaluationSample, @Nullable T> best) {
    return new GenerationScorer() {
      @Override
      public boolean judges(EvaluationSample sample) {
        return truth.apply(sample) != null;
      }

      @Override
      public Score start() {
        AnswerScorer<T>.Sums sums = scorer.start();
        return new Score() {
          @Override
          public void add(GeneratedContent content, EvaluationSample sample) {
            T wanted = truth.apply(sample);
            if (wanted != null) {
              sums.add(answer.apply(content), wanted, best.apply(sample));
            }
          }

          @Override
          public List<MetricComparison> metrics() {
            return sums.metrics();
          }
        };
      }
    };
  }
}
