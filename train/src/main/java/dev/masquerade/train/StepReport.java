package dev.masquerade.train;

import dev.masquerade.model.head.ModalityLoss;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One optimiser step as it went.
 *
 * @param step optimiser steps finished, this one included
 * @param totalSteps of the run
 * @param loss what gradients were taken of
 * @param modalities loss of each target modality
 * @param measures what the network tells of the step beside its loss, by the name of the metric
 * @param gradientNorm global norm before clipping
 * @param learningRate of this step
 * @param skipped whether parameters were left alone because a gradient was not finite
 * @param keys of the samples, in order
 * @param pace how fast the run is
 */
public record StepReport(
    long step,
    long totalSteps,
    double loss,
    List<ModalityLoss> modalities,
    Map<String, Double> measures,
    double gradientNorm,
    double learningRate,
    boolean skipped,
    List<String> keys,
    Pace pace) {

  public StepReport {
    modalities = List.copyOf(modalities);
    measures = Map.copyOf(measures);
    keys = List.copyOf(keys);
  }

  /**
   * How fast a run is, averaged over its last steps.
   *
   * @param samplesPerSecond samples trained on
   * @param tokensPerSecond tokens seen and predicted
   * @param dataWaitShare share of time spent waiting for data, in {@code [0, 1]}
   * @param timeLeft until the last step, evaluations and checkpoints not counted
   */
  public record Pace(
      double samplesPerSecond, double tokensPerSecond, double dataWaitShare, Duration timeLeft) {}
}
