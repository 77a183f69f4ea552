package dev.masquerade.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.masquerade.modality.Planes;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameMetricsTest {

  private static FrameTruth values(float... values) {
    return new FrameTruth(values, new char[0], null);
  }

  private static FrameTruth classes(int... numbers) {
    char[] classes = new char[numbers.length];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = (char) numbers[i];
    }
    return new FrameTruth(new float[0], classes, null);
  }

  private static double measured(FrameMetric metric, Planes prediction, FrameTruth truth) {
    return metric.value(metric.sums(prediction, truth));
  }

  @Test
  void classOverlap_isTheMeanOverClassesThatOccur() {
    Planes prediction = new FrameShape(4, 2, 2).planes(classes(0, 0, 1, 1));

    // Class 0: 1 of 2, class 1: 1 of 3 places, class 2: 0 of 1; class 3 never occurs.
    assertThat(measured(new FrameMetrics.ClassOverlap(4), prediction, classes(0, 1, 1, 2)))
        .isCloseTo((1 / 2.0 + 1 / 3.0 + 0) / 3, within(1e-12));
    assertThat(measured(new FrameMetrics.ClassAccuracy(), prediction, classes(0, 1, 1, 2)))
        .isEqualTo(0.5);
  }

  @Test
  void pixelsWithoutAClass_areLeftOut() {
    // The first pixel has no class, whatever is said of it.
    FrameTruth truth = FrameTruth.ofClasses(new Planes(2, 1, 3, new float[] {0, 1, 0, 0, 0, 1}));
    assertThat(truth.classes()).containsExactly(FrameTruth.NO_CLASS, '\0', '\1');
    Planes prediction = new FrameShape(2, 1, 3).planes(classes(1, 0, 1));

    assertThat(measured(new FrameMetrics.ClassOverlap(2), prediction, truth)).isEqualTo(1);
    assertThat(measured(new FrameMetrics.ClassAccuracy(), prediction, truth)).isEqualTo(1);
    assertThat(new FrameShape(2, 1, 3).planes(truth).values()).containsExactly(0, 1, 0, 0, 0, 1);
    FrameTruth nothing = FrameTruth.ofClasses(Planes.zeros(2, 1, 3));
    assertThat(measured(new FrameMetrics.ClassOverlap(2), prediction, nothing)).isNaN();
    assertThat(measured(new FrameMetrics.ClassAccuracy(), prediction, nothing)).isNaN();
  }

  @Test
  void mostFrequentClass_isTheUsualOneWhereNoSampleHasAny() {
    char none = FrameTruth.NO_CLASS;
    Planes prior =
        FramePrior.mostFrequentClass(List.of(classes(none, 2, 1), classes(none, none, 2)), 3, 1, 3);

    assertThat(FrameMetrics.likeliestClass(prior, 0)).isEqualTo(2);
    assertThat(FrameMetrics.likeliestClass(prior, 1)).isEqualTo(2);
    assertThat(FrameMetrics.likeliestClass(prior, 2)).isEqualTo(1);
  }

  @Test
  void relativeError_leavesOutPixelsWithoutADistance() {
    Planes prediction = new Planes(1, 1, 3, new float[] {3, 1, 9});
    FrameTruth truth = values(2, 4, 0).withObjects(new boolean[] {false, true, true});

    assertThat(measured(new FrameMetrics.RelativeError(false), prediction, truth))
        .isCloseTo((0.5 + 0.75) / 2, within(1e-9));
    assertThat(measured(new FrameMetrics.RelativeError(true), prediction, truth))
        .isCloseTo(0.75, within(1e-9));
  }

  @Test
  void angle_ignoresLength() {
    // Pixels (x) and (y); predictions 5 x and x + y.
    Planes prediction = new Planes(3, 1, 2, new float[] {5, 1, 0, 1, 0, 0});

    assertThat(measured(new FrameMetrics.Angle(), prediction, values(1, 0, 0, 1, 0, 0)))
        .isCloseTo((0 + 45) / 2.0, within(1e-6));
  }

  @Test
  void colours_areMeasuredInsideTheirRange() {
    Planes prediction = new Planes(1, 1, 2, new float[] {1.5f, 0.25f});

    assertThat(measured(new FrameMetrics.ColourError(), prediction, values(1, 0.75f)))
        .isCloseTo(0.25, within(1e-9));
    assertThat(measured(new FrameMetrics.SignalToNoise(), prediction, values(1, 0.75f)))
        .isCloseTo(-10 * Math.log10(0.125), within(1e-6));
  }

  @Test
  void priors_areTheBestConstants() {
    Random random = new Random(3);
    List<FrameTruth> truths =
        java.util.stream.IntStream.range(0, 41)
            .mapToObj(i -> values(1 + random.nextFloat() * 4))
            .toList();

    assertBest(
        truths, FramePrior.distance(truths, false, 1, 1), new FrameMetrics.RelativeError(false));
    assertBest(truths, FramePrior.median(scaled(truths), 1, 1, 1), null);
  }

  private static List<FrameTruth> scaled(List<FrameTruth> truths) {
    return truths.stream().map(truth -> values(truth.values()[0] / 5)).toList();
  }

  /** No other constant may do better: steps to either side of the prior are tried. */
  private static void assertBest(
      List<FrameTruth> truths, Planes prior, @org.jspecify.annotations.Nullable FrameMetric shown) {
    boolean relative = shown != null;
    List<FrameTruth> judged = relative ? truths : scaled(truths);
    double best = value(judged, prior.values()[0], relative);
    for (float shift : new float[] {-0.05f, -0.01f, 0.01f, 0.05f}) {
      assertThat(value(judged, prior.values()[0] + shift, relative)).isGreaterThanOrEqualTo(best);
    }
  }

  private static double value(List<FrameTruth> truths, float constant, boolean relative) {
    FrameMetric metric =
        relative ? new FrameMetrics.RelativeError(false) : new FrameMetrics.ColourError();
    FrameMetric.Total total = new FrameMetric.Total(metric);
    for (FrameTruth truth : truths) {
      total.add(metric.sums(new Planes(1, 1, 1, new float[] {constant}), truth));
    }
    return total.value();
  }

  @Test
  void mostFrequentClass_winsAtItsPixel() {
    Planes prior =
        FramePrior.mostFrequentClass(List.of(classes(1, 2), classes(1, 0), classes(0, 2)), 3, 1, 2);

    assertThat(FrameMetrics.likeliestClass(prior, 0)).isEqualTo(1);
    assertThat(FrameMetrics.likeliestClass(prior, 1)).isEqualTo(2);
  }

  @Test
  void distanceOfObjects_isThatOfSamplesThatShowOne() {
    FrameTruth object = values(1).withObjects(new boolean[] {true});
    FrameTruth wall = values(9).withObjects(new boolean[] {false});

    List<FrameTruth> truths = List.of(object, wall, wall, wall);
    assertThat(FramePrior.distance(truths, true, 1, 1).values()).containsExactly(1);
    assertThat(FramePrior.distance(List.of(wall), true, 1, 1).values()).containsExactly(9);
  }
}
