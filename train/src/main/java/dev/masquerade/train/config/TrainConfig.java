package dev.masquerade.train.config;

import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.head.LossKind;
import dev.masquerade.train.average.AverageSettings;
import java.util.Optional;

/**
 * How long a run trains, and what happens on the way.
 *
 * @param steps optimiser steps of the whole run
 * @param logEvery steps between two lines of metrics
 * @param checkpointEvery steps between two checkpoints
 * @param keepCheckpoints newest checkpoints that are kept; 0 keeps all
 * @param maxSkippedSteps steps in a row that may be skipped for a loss or gradient that is not
 *     finite
 * @param precision arithmetic of linear layers
 * @param device where the model lives
 * @param loss how the losses of modalities make one
 * @param average how slowly averages of the parameters follow; empty where none are kept
 */
public record TrainConfig(
    long steps,
    int logEvery,
    int checkpointEvery,
    int keepCheckpoints,
    int maxSkippedSteps,
    PrecisionChoice precision,
    DeviceChoice device,
    LossKind loss,
    Optional<AverageSettings> average) {
  public TrainConfig {
    if (steps < 1 || logEvery < 1 || checkpointEvery < 1) {
      throw new IllegalArgumentException(
          "steps, logEvery and checkpointEvery must be at least 1, were "
              + steps
              + ", "
              + logEvery
              + ", "
              + checkpointEvery);
    }
    if (keepCheckpoints < 0 || maxSkippedSteps < 0) {
      throw new IllegalArgumentException(
          "keepCheckpoints and maxSkippedSteps must be at least 0, were "
              + keepCheckpoints
              + ", "
              + maxSkippedSteps);
    }
  }
}
