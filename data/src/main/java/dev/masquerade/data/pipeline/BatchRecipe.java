package dev.masquerade.data.pipeline;

import dev.masquerade.data.augment.Augmenter;
import dev.masquerade.masking.MaskingPolicy;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.ModalitySpec;
import java.util.List;

/**
 * Everything that decides what becomes of a sample.
 *
 * @param sets data sets, in the order of the plan
 * @param modalities of the batches, in run order
 * @param augmenter which part of a sample is looked at
 * @param policy which token goes where
 * @param streams random streams of the run
 */
public record BatchRecipe(
    List<SampleSet> sets,
    List<ModalitySpec> modalities,
    Augmenter augmenter,
    MaskingPolicy policy,
    SampleStreams streams) {

  public BatchRecipe {
    sets = List.copyOf(sets);
    modalities = List.copyOf(modalities);
    for (SampleSet set : sets) {
      if (set.modalities().size() != modalities.size()) {
        throw new IllegalArgumentException(
            set.name()
                + " has places for "
                + set.modalities().size()
                + " modalities, the run has "
                + modalities.size());
      }
    }
  }
}
