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
 * @param views what each view of a sample looks at; a sample gives as many rows, one after another,
 *     as there are views, each looked at and masked by chance of its own
 * @param policy which token goes where
 * @param streams random streams of the run
 */
public record BatchRecipe(
    List<SampleSet> sets,
    List<ModalitySpec> modalities,
    List<Augmenter> views,
    MaskingPolicy policy,
    SampleStreams streams) {

  public BatchRecipe {
    sets = List.copyOf(sets);
    modalities = List.copyOf(modalities);
    views = List.copyOf(views);
    if (views.isEmpty()) {
      throw new IllegalArgumentException("a sample must be looked at once at least");
    }
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

  /** Creates a recipe that looks at every sample once. */
  public BatchRecipe(
      List<SampleSet> sets,
      List<ModalitySpec> modalities,
      Augmenter augmenter,
      MaskingPolicy policy,
      SampleStreams streams) {
    this(sets, modalities, List.of(augmenter), policy, streams);
  }
}
