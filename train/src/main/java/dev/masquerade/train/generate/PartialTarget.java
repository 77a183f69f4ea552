package dev.masquerade.train.generate;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.TokenizedModality;

/**
 * A target of which some places are known already and stay as they are.
 *
 * @param modality a target of the model on a grid of ids, that it can see as well
 * @param known all of its tokens; those of asked places are not looked at
 * @param asked (L) true at the places to fill in
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record PartialTarget(
    ModalityName modality, TokenizedModality.IdGrid known, boolean[] asked) {

  public PartialTarget {
    if (asked.length != known.length()) {
      throw new IllegalArgumentException(
          modality
              + " has "
              + known.length()
              + " tokens, and it was said of "
              + asked.length
              + " whether they are asked for");
    }
  }
}
