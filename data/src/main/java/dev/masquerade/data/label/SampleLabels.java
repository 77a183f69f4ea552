package dev.masquerade.data.label;

import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.pipeline.BadSample;
import dev.masquerade.data.pipeline.UnusableSampleException;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.Shard;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.modality.BadSampleException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the labels of all samples of a split. */
public final class SampleLabels {

  private SampleLabels() {}

  /**
   * Reads labels.
   *
   * @param shards where shards are opened; stays the caller's to close
   * @return label by key, in stored order
   * @throws UnusableSampleException if a sample has no label, naming it
   * @throws IOException if a shard cannot be read
   */
  public static Map<String, String> of(Split split, OpenShards shards, LabelSource source)
      throws IOException, UnusableSampleException {
    Map<String, String> labels = new LinkedHashMap<>();
    for (ShardDeclaration declared : split.shards()) {
      try (OpenShards.Lease lease = shards.acquire(declared)) {
        Shard shard = lease.shard();
        for (int ordinal = 0; ordinal < declared.sampleCount(); ordinal++) {
          String key = ordinal < shard.sampleCount() ? shard.keys().get(ordinal) : "" + ordinal;
          try {
            labels.put(key, source.label(shard, ordinal));
          } catch (BadSampleException e) {
            throw new UnusableSampleException(
                new BadSample(shard.name(), key, "label", String.valueOf(e.getMessage())), e);
          }
        }
      }
    }
    return labels;
  }
}
