package dev.masquerade.train.checkpoint;

import dev.masquerade.train.metric.MetricWindow;
import java.util.Collections;
import java.util.LinkedHashMap;
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
 */
public record TrainingState(
    long step,
    long samples,
    long tokens,
    long skipped,
    int skippedInARow,
    Map<String, MetricWindow.Sum> window) {

  /** Where a run begins. */
  public static final TrainingState START = new TrainingState(0, 0, 0, 0, 0, Map.of());

  public TrainingState {
    window = Collections.unmodifiableMap(new LinkedHashMap<>(window));
  }
}
