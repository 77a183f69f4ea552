package dev.masquerade.masking;

import dev.masquerade.modality.TokenizedModality;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/**
 * Decides for one sample which tokens the encoder sees, which the decoder predicts, which are
 * dropped. Safe for use by several threads, each with its own stream and row; a {@link MaskingRule}
 * makes one.
 */
public interface MaskingPolicy {

  /**
   * Masks one sample into a row of a batch.
   *
   * @param sample tokens per modality, in the order of the batch's parts; null where the sample
   *     lacks a modality, which stays wholly ignored
   * @param rng stream of this sample, advanced by this call; equal streams give equal rows
   * @param batch its row {@code row} is empty and is filled
   * @param row a row that {@link MaskedBatch#addRow} returned
   */
  void mask(
      List<@Nullable TokenizedModality> sample,
      UniformRandomProvider rng,
      MaskedBatch batch,
      int row);
}
