package dev.masquerade.train.evaluate;

import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.code.FrameContent;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/** Scores frames of a picture-like target by their pixels, beside prior and bound. */
final class FrameMeasures {

  /**
   * One measure with what does not depend on the input.
   *
   * @param name of the measure
   * @param metric compares frames
   * @param prior the constant answer that is best for it
   */
  private record Measure(
      String name, String unit, boolean higherIsBetter, FrameMetric metric, Planes prior) {}

  private final int modality;
  private final TokenCodec codec;
  private final List<Measure> measures = new ArrayList<>();

  /** By sample itself: the same samples are measured in task after task. */
  private final IdentityHashMap<EvaluationSample, Constants> constants = new IdentityHashMap<>();

  /**
   * What no task changes of a sample.
   *
   * @param prior what the constant answer contributes, measure by measure
   * @param bound what the truth after its own tokenizer contributes; empty where it has no ids
   */
  private record Constants(List<double[]> prior, List<double[]> bound) {}

  /**
   * Makes priors.
   *
   * @param modality place in the run
   * @param training samples that have frames of this modality
   */
  FrameMeasures(
      int modality, TokenCodec codec, FrameContent content, List<EvaluationSample> training) {
    this.modality = modality;
    this.codec = codec;
    List<FrameTruth> truths =
        training.stream()
            .map(sample -> sample.frames().get(modality))
            .map(Objects::requireNonNull)
            .toList();
    FrameShape shape = FrameShape.of(codec);
    int channels = shape.channels();
    int height = shape.height();
    int width = shape.width();
    switch (content) {
      case CLASSES -> {
        Planes prior = FramePrior.mostFrequentClass(truths, channels, height, width);
        add("miou", "", true, new FrameMetrics.ClassOverlap(channels), prior);
        add("pixel_accuracy", "", true, new FrameMetrics.ClassAccuracy(), prior);
      }
      case DEPTH -> {
        add(
            "relative_error",
            "",
            false,
            new FrameMetrics.RelativeError(false),
            FramePrior.distance(truths, false, height, width));
        if (truths.stream().anyMatch(truth -> truth.objects() != null)) {
          add(
              "relative_error_on_objects",
              "",
              false,
              new FrameMetrics.RelativeError(true),
              FramePrior.distance(truths, true, height, width));
        }
      }
      case NORMALS ->
          add(
              "mean_angle",
              "degrees",
              false,
              new FrameMetrics.Angle(),
              FramePrior.mean(truths, channels, height, width));
      case COLOURS, GREY -> {
        // First what the expected frame is the best answer to; an absolute error asks for a median.
        add(
            "psnr",
            "dB",
            true,
            new FrameMetrics.SignalToNoise(),
            FramePrior.mean(truths, channels, height, width));
        add(
            "absolute_error",
            "",
            false,
            new FrameMetrics.ColourError(),
            FramePrior.median(truths, channels, height, width));
      }
    }
  }

  private void add(
      String name, String unit, boolean higherIsBetter, FrameMetric metric, Planes prior) {
    measures.add(new Measure(name, unit, higherIsBetter, metric, prior));
  }

  /** Returns the way back from ids to frames. */
  TokenCodec codec() {
    return codec;
  }

  /** Starts scoring one task. */
  Frames start() {
    return new Frames();
  }

  private Constants constants(EvaluationSample sample) {
    return constants.computeIfAbsent(
        sample,
        unused -> {
          FrameTruth truth = truth(sample);
          return new Constants(
              measures.stream().map(one -> one.metric().sums(one.prior(), truth)).toList(),
              sample.tokens().get(modality) instanceof TokenizedModality.IdGrid grid
                  ? sums(codec.decode(grid.ids()), truth)
                  : List.of());
        });
  }

  private List<double[]> sums(Planes frame, FrameTruth truth) {
    return measures.stream().map(measure -> measure.metric().sums(frame, truth)).toList();
  }

  private FrameTruth truth(EvaluationSample sample) {
    return Objects.requireNonNull(sample.frames().get(modality));
  }

  /** Adds up frames of one task. */
  final class Frames {
    private final List<FrameMetric.Total> model = totals();
    private final List<FrameMetric.Total> prior = totals();
    private final List<FrameMetric.Total> bound = totals();

    private Frames() {}

    private List<FrameMetric.Total> totals() {
      return measures.stream().map(measure -> new FrameMetric.Total(measure.metric())).toList();
    }

    /** Adds a frame of a sample. */
    void add(Planes frame, EvaluationSample sample) {
      Constants known = constants(sample);
      List<double[]> own = sums(frame, truth(sample));
      List<double[]> most = known.bound().isEmpty() ? own : known.bound();
      for (int m = 0; m < measures.size(); m++) {
        model.get(m).add(own.get(m));
        prior.get(m).add(known.prior().get(m));
        bound.get(m).add(most.get(m));
      }
    }

    /** Returns the measures over everything added. */
    List<MetricComparison> metrics() {
      List<MetricComparison> metrics = new ArrayList<>();
      for (int m = 0; m < measures.size(); m++) {
        Measure measure = measures.get(m);
        metrics.add(
            new MetricComparison(
                measure.name(),
                measure.unit(),
                measure.higherIsBetter(),
                model.get(m).value(),
                prior.get(m).value(),
                OptionalDouble.of(bound.get(m).value())));
      }
      return metrics;
    }
  }
}
