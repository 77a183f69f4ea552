package dev.masquerade.data.pipeline;

import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.plan.PlannedDataset;
import dev.masquerade.data.shard.ShardDeclaration;
import java.util.List;
import java.util.Optional;

/**
 * A data set, or a split of one, as a run reads it.
 *
 * @param name tells its order from that of other data sets
 * @param shards in manifest order, with their samples counted
 * @param modalities in run order; empty where the data set lacks a modality of the run
 * @param weight share of samples, relative to other data sets
 */
public record SampleSet(
    String name,
    List<ShardDeclaration> shards,
    List<Optional<ModalityReader>> modalities,
    double weight) {

  public SampleSet {
    shards = List.copyOf(shards);
    modalities = List.copyOf(modalities);
    if (modalities.stream().allMatch(Optional::isEmpty)) {
      throw new IllegalArgumentException(name + " has none of the modalities that are read");
    }
  }

  /**
   * Reads a split of a data set.
   *
   * @param weight share of samples, relative to other data sets
   * @param modalities in run order; a sample without members of one lacks it
   */
  public static SampleSet of(
      DatasetManifest manifest, Split split, double weight, List<ModalityReader> modalities) {
    return new SampleSet(
        manifest.name() + "/" + split.name(),
        split.shards(),
        modalities.stream().map(Optional::of).toList(),
        weight);
  }

  /** Returns the same samples under another name, and so in another order. */
  public SampleSet withName(String other) {
    return new SampleSet(other, shards, modalities, weight);
  }

  /** Returns what a plan needs to know of it. */
  public PlannedDataset planned() {
    return new PlannedDataset(
        name, shards.stream().map(ShardDeclaration::sampleCount).toList(), weight);
  }
}
