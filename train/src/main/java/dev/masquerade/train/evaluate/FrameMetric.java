package dev.masquerade.train.evaluate;

import dev.masquerade.modality.Planes;

/** Compares predicted frames with the truth and adds up. */
interface FrameMetric {

  /** Adds one frame. */
  void add(Planes prediction, FrameTruth truth);

  /** Returns the measure over all frames so far. */
  double value();
}
