package dev.masquerade.train.generate;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import java.util.Arrays;

/**
 * One modality of a generated sample.
 *
 * @param name a target of the model
 * @param ids (L) of a grid, row by row; of a sequence without sentinels and end token
 * @param content what they stand for
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record GeneratedModality(ModalityName name, int[] ids, GeneratedContent content) {

  /**
   * Returns the ids as a model is shown them, a sequence with its end token.
   *
   * @param spec of the modality in that model
   */
  public TokenizedModality tokens(ModalitySpec spec) {
    if (!(spec.layout() instanceof TokenLayout.Sequence sequence)) {
      return new TokenizedModality.IdGrid(ids);
    }
    int end = sequence.marks().endId();
    boolean room = end >= 0 && ids.length < sequence.maxTokens();
    int[] ended = Arrays.copyOf(ids, ids.length + (room ? 1 : 0));
    if (room) {
      ended[ids.length] = end;
    }
    return new TokenizedModality.IdSequence(ended);
  }
}
