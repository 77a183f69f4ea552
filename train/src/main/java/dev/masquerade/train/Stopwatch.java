package dev.masquerade.train;

import java.time.Duration;

/** Measures the pace of a run: exponential means over about the last fifty steps. */
final class Stopwatch {

  private static final double KEPT = 0.98;

  private double weight;
  private double nanos;
  private double waited;
  private double samples;
  private double tokens;

  /** Takes one step down. */
  void step(long stepNanos, long waitedNanos, long stepSamples, long stepTokens) {
    weight = KEPT * weight + 1;
    nanos = KEPT * nanos + stepNanos;
    waited = KEPT * waited + waitedNanos;
    samples = KEPT * samples + stepSamples;
    tokens = KEPT * tokens + stepTokens;
  }

  StepReport.Pace pace(long stepsLeft) {
    double seconds = Math.max(nanos / 1e9, 1e-9);
    return new StepReport.Pace(
        samples / seconds,
        tokens / seconds,
        Math.min(1, waited / Math.max(nanos, 1)),
        Duration.ofNanos((long) (nanos / Math.max(weight, 1) * stepsLeft)));
  }
}
