package dev.masquerade.train.evaluate;

import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.code.FrameContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/** Scores frames of a picture-like target by their pixels, beside prior and bound. */
final class FrameMeasures {

  /**
   * One measure with what does not depend on the input.
   *
   * @param name of the measure
   * @param metric starts adding up
   * @param prior the constant answer that is best for it
   */
  private record Measure(
      String name,
      String unit,
      boolean higherIsBetter,
      Supplier<FrameMetric> metric,
      Planes prior) {}

  private final int modality;
  private final TokenCodec codec;
  private final List<Measure> measures = new ArrayList<>();

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
        add("miou", "", true, () -> new FrameMetrics.ClassOverlap(channels), prior);
        add("pixel_accuracy", "", true, FrameMetrics.ClassAccuracy::new, prior);
      }
      case DEPTH -> {
        add(
            "relative_error",
            "",
            false,
            () -> new FrameMetrics.RelativeError(false),
            FramePrior.distance(truths, false, height, width));
        if (truths.stream().anyMatch(truth -> truth.objects() != null)) {
          add(
              "relative_error_on_objects",
              "",
              false,
              () -> new FrameMetrics.RelativeError(true),
              FramePrior.distance(truths, true, height, width));
        }
      }
      case NORMALS ->
          add(
              "mean_angle",
              "degrees",
              false,
              FrameMetrics.Angle::new,
              FramePrior.mean(truths, channels, height, width));
      case COLOURS, GREY -> {
        // First what the expected frame is the best answer to; an absolute error asks for a median.
        add(
            "psnr",
            "dB",
            true,
            FrameMetrics.SignalToNoise::new,
            FramePrior.mean(truths, channels, height, width));
        add(
            "absolute_error",
            "",
            false,
            FrameMetrics.ColourError::new,
            FramePrior.median(truths, channels, height, width));
      }
    }
  }

  private void add(
      String name,
      String unit,
      boolean higherIsBetter,
      Supplier<FrameMetric> metric,
      Planes prior) {
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

  /** Adds up frames of one task. */
  final class Frames {
    private final List<FrameMetric> model = new ArrayList<>();
    private final List<FrameMetric> prior = new ArrayList<>();
    private final List<FrameMetric> bound = new ArrayList<>();

    private Frames() {
      for (Measure measure : measures) {
        model.add(measure.metric().get());
        prior.add(measure.metric().get());
        bound.add(measure.metric().get());
      }
    }

    /** Adds a frame of a sample. */
    void add(Planes frame, EvaluationSample sample) {
      FrameTruth truth = Objects.requireNonNull(sample.frames().get(modality));
      Planes best =
          sample.tokens().get(modality) instanceof TokenizedModality.IdGrid grid
              ? codec.decode(grid.ids())
              : frame;
      for (int m = 0; m < measures.size(); m++) {
        model.get(m).add(frame, truth);
        prior.get(m).add(measures.get(m).prior(), truth);
        bound.get(m).add(best, truth);
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
