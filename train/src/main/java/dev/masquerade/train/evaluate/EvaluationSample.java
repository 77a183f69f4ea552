package dev.masquerade.train.evaluate;

import dev.masquerade.modality.ObjectBox;
import dev.masquerade.modality.TokenizedModality;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One sample as evaluation sees it: tokens, and beside them the truth as stored, cut to the view.
 *
 * @param key of the sample
 * @param tokens in run order; null where the sample lacks a modality
 * @param frames in run order; null where a modality has no frames, or only ids were stored
 * @param said in run order; null where a modality is no text and no boxes, or the sample lacks it
 */
record EvaluationSample(
    String key,
    List<@Nullable TokenizedModality> tokens,
    List<@Nullable FrameTruth> frames,
    List<@Nullable Said> said) {

  /**
   * What a modality of words says.
   *
   * @param text null for boxes
   * @param boxes null for text
   */
  record Said(@Nullable String text, @Nullable List<ObjectBox> boxes) {

    static Said text(String text) {
      return new Said(text, null);
    }

    static Said boxes(List<ObjectBox> boxes) {
      return new Said(null, List.copyOf(boxes));
    }
  }

  boolean has(int modality) {
    return tokens.get(modality) != null;
  }

  @Nullable String text(int modality) {
    Said words = said.get(modality);
    return words == null ? null : words.text();
  }

  @Nullable List<ObjectBox> boxes(int modality) {
    Said words = said.get(modality);
    return words == null ? null : words.boxes();
  }
}
