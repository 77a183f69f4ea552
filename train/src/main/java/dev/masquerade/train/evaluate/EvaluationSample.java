package dev.masquerade.train.evaluate;

import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenizedModality;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One sample as evaluation sees it.
 *
 * @param key of the sample
 * @param tokens in run order; null where the sample lacks a modality
 * @param frames in run order; null where a modality has no frames, or only ids were stored
 */
record EvaluationSample(
    String key, List<@Nullable TokenizedModality> tokens, List<@Nullable FrameTruth> frames) {

  boolean has(int modality) {
    return tokens.get(modality) != null;
  }

  /** Returns a frame as planes; class maps get a plane per class. */
  static Planes planes(FrameTruth truth, int channels, int height, int width) {
    if (truth.classes().length == 0) {
      return new Planes(channels, height, width, truth.values());
    }
    Planes planes = Planes.zeros(channels, height, width);
    for (int pixel = 0; pixel < truth.classes().length; pixel++) {
      planes.values()[truth.classes()[pixel] * truth.classes().length + pixel] = 1;
    }
    return planes;
  }
}
