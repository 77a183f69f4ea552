package dev.masquerade.train.metric;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Values taken at one moment of a run.
 *
 * @param step optimiser steps finished when they were taken
 * @param kind what they speak of
 * @param values name to value, in the order in which they are written; a name is a path such as
 *     {@code loss/tok_depth@64}
 */
public record MetricRecord(long step, Kind kind, Map<String, Double> values) {

  /** What values speak of. */
  public enum Kind {
    /** Training steps since the last record of this kind. */
    TRAIN("train"),
    /** Held-out samples. */
    VALIDATION("validation"),
    /** The machine: speed and memory, which differ from one execution to the next. */
    RUN("run");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** Returns the word that files write. */
    public String word() {
      return word;
    }
  }

  public MetricRecord {
    if (step < 0) {
      throw new IllegalArgumentException("step must be at least 0, was " + step);
    }
    for (String name : values.keySet()) {
      if (name.isEmpty() || JsonLines.RESERVED.contains(name)) {
        throw new IllegalArgumentException(
            "\"" + name + "\" cannot name a metric; " + JsonLines.RESERVED + " are taken");
      }
    }
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
