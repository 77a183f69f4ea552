package dev.masquerade.data.pipeline;

import dev.masquerade.data.plan.PlannedBatch;
import dev.masquerade.data.plan.SampleAddress;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.commons.rng.UniformRandomProvider;
import org.jspecify.annotations.Nullable;

/** Fills batches sample by sample. Used by one thread. */
final class BatchWorker {

  private final BatchRecipe recipe;
  private final List<SampleReader> readers = new ArrayList<>();

  BatchWorker(BatchRecipe recipe, OpenShards shards, EmptyContents empty) {
    this.recipe = recipe;
    for (SampleSet set : recipe.sets()) {
      readers.add(new SampleReader(set, shards, empty));
    }
  }

  /**
   * Fills a batch, leaving out bad samples.
   *
   * @param stop asked between samples; where it says yes the batch stays unfinished
   * @return the samples that were left out
   * @throws IOException if a shard cannot be opened
   */
  List<BadSample> fill(PlannedBatch planned, MaskedBatch batch, BooleanSupplier stop)
      throws IOException {
    List<BadSample> left = new ArrayList<>();
    SampleAddress last = null;
    DecodedSample sample = null;
    for (SampleAddress use : planned.samples()) {
      if (stop.getAsBoolean()) {
        break;
      }
      // Uses of one sample stand side by side, so that it is decoded once.
      boolean again = last != null && use.sameSample(last);
      last = use;
      try {
        if (!again) {
          sample = null;
          sample = readers.get(use.dataset()).read(use.shard(), use.ordinal());
        }
        if (sample != null) {
          addRows(sample, use, batch);
        }
      } catch (UnusableSampleException e) {
        sample = null;
        left.add(e.sample());
      }
    }
    return left;
  }

  /** Adds a row for each view, or none at all where one of them cannot be had. */
  private void addRows(DecodedSample sample, SampleAddress use, MaskedBatch batch)
      throws UnusableSampleException {
    try {
      List<List<@Nullable TokenizedModality>> views = new ArrayList<>();
      for (int view = 0; view < recipe.views().size(); view++) {
        views.add(sample.tokenize(look(sample, use, view)));
      }
      for (int view = 0; view < views.size(); view++) {
        int row = batch.addRow(sample.key());
        for (int part = 0; part < views.get(view).size(); part++) {
          batch.parts().get(part).lacking[row] = views.get(view).get(part) == null;
        }
        recipe
            .policy()
            .mask(views.get(view), stream(sample, use, view, Purpose.MASKING), batch, row);
      }
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          sample.shard() + ", sample " + sample.key() + ": " + e.getMessage(), e);
    }
  }

  private View look(DecodedSample sample, SampleAddress use, int view) {
    return recipe
        .views()
        .get(view)
        .view(sample.frame(), stream(sample, use, view, Purpose.VIEW))
        .withSeed(stream(sample, use, view, Purpose.CHOICE).nextLong());
  }

  /**
   * Returns a stream of one view: views count as uses of the sample, one after another, so that
   * with a single view a use's streams are what they are without views.
   */
  private UniformRandomProvider stream(
      DecodedSample sample, SampleAddress use, int view, Purpose purpose) {
    return recipe.streams().stream(use.use() * recipe.views().size() + view, sample.key(), purpose);
  }
}
