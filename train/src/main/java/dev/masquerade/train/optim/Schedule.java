package dev.masquerade.train.optim;

/** A number that changes over a run: a pure function of the step. */
public sealed interface Schedule
    permits LearningRate, WeightDecay, WarmUpCosine, CosineRamp, LinearWarmUp, CosineAfterWarmUp {

  /**
   * Returns the value that step {@code step} uses.
   *
   * @param step optimiser steps finished before this one, so the first step is 0
   */
  double at(long step);
}
