package dev.masquerade.train.tokenizer;

import dev.masquerade.modality.Planes;
import dev.masquerade.modality.code.FeatureCodec;
import dev.masquerade.model.head.CodeUse;
import java.util.ArrayList;
import java.util.List;

/** Sends features through a tokenizer and back, and compares. Used by one thread. */
public final class FeatureCheck {

  private final FeatureCodec codec;
  private final List<Planes> waiting = new ArrayList<>();

  /** (C, places) sums of features, and of features of length 1. */
  private final double[] sums;

  private final double[] directions;

  private CodeUse codes;
  private int samples;
  private double squares;
  private double errors;
  private double cosines;

  /** Vectors that have a direction. */
  private long vectors;

  /** Starts a check. */
  public FeatureCheck(FeatureCodec codec) {
    this.codec = codec;
    int numbers = codec.channels() * codec.features().height() * codec.features().width();
    this.sums = new double[numbers];
    this.directions = new double[numbers];
    this.codes = CodeUse.ofFrame(codec.vocabularySize(), codec.codebooks(), new int[0]);
  }

  /**
   * Adds the features of a sample.
   *
   * @param features (C, height, width)
   */
  public void add(Planes features) {
    waiting.add(features);
    if (waiting.size() >= codec.batchSize()) {
      compare();
    }
  }

  private void compare() {
    List<int[]> ids = codec.encodeAll(waiting);
    List<Planes> rebuilt = codec.decodeAll(ids);
    for (int i = 0; i < waiting.size(); i++) {
      codes = codes.plus(CodeUse.ofFrame(codec.vocabularySize(), codec.codebooks(), ids.get(i)));
      compare(waiting.get(i).values(), rebuilt.get(i).values());
    }
    samples += waiting.size();
    waiting.clear();
  }

  private void compare(float[] truth, float[] rebuilt) {
    int places = truth.length / codec.channels();
    for (int place = 0; place < places; place++) {
      double dot = 0;
      double own = 0;
      double other = 0;
      for (int at = place; at < truth.length; at += places) {
        double difference = (double) truth[at] - rebuilt[at];
        errors += difference * difference;
        sums[at] += truth[at];
        dot += (double) truth[at] * rebuilt[at];
        own += (double) truth[at] * truth[at];
        other += (double) rebuilt[at] * rebuilt[at];
      }
      squares += own;
      if (own > 0) {
        // What comes back without a direction is as wrong as one at a right angle.
        cosines += other == 0 ? 0 : dot / Math.sqrt(own * other);
        vectors++;
        for (int at = place; at < truth.length; at += places) {
          directions[at] += truth[at] / Math.sqrt(own);
        }
      }
    }
  }

  /**
   * Returns what was found.
   *
   * @throws IllegalStateException if nothing was added
   */
  public FeatureReport finish() {
    if (!waiting.isEmpty()) {
      compare();
    }
    if (samples == 0) {
      throw new IllegalStateException("no features were added");
    }
    double numbers = (double) samples * sums.length;
    double explained = 0;
    for (double sum : sums) {
      explained += sum * sum / samples;
    }
    return new FeatureReport(
        samples,
        codes,
        cosines / vectors,
        cosineOfMean(),
        errors / numbers,
        Math.max(0, squares - explained) / numbers);
  }

  /** The cosines with a mean direction add up to the length of the directions' sum. */
  private double cosineOfMean() {
    int places = directions.length / codec.channels();
    double lengths = 0;
    for (int place = 0; place < places; place++) {
      double square = 0;
      for (int at = place; at < directions.length; at += places) {
        square += directions[at] * directions[at];
      }
      lengths += Math.sqrt(square);
    }
    return lengths / vectors;
  }
}
