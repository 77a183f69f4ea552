package dev.masquerade.train.checkpoint;

import dev.masquerade.data.pipeline.SampleName;
import dev.masquerade.train.metric.MetricWindow;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a run stands, apart from tensors.
 *
 * @param step optimiser steps finished, skipped ones included
 * @param samples uses of samples consumed, bad ones included: where the order of samples goes on
 * @param tokens seen and predicted in those steps
 * @param skipped steps that changed nothing because a gradient was not finite
 * @param skippedInARow how many of those came last
 * @param window metrics since the last line
 * @param badSamples that were skipped since the run began
 */
public record TrainingState(
    long step,
    long samples,
    long tokens,
    long skipped,
    int skippedInARow,
    Map<String, MetricWindow.Sum> window,
    List<SampleName> badSamples) {

  /** Where a run begins. */
  public static final TrainingState START = new TrainingState(0, 0, 0, 0, 0, Map.of(), List.of());

  public TrainingState {
    window = Collections.unmodifiableMap(new LinkedHashMap<>(window));
    badSamples = List.copyOf(badSamples);
  }
}
