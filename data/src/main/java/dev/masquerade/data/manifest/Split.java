package dev.masquerade.data.manifest;

import dev.masquerade.data.shard.ShardDeclaration;
import java.util.List;

/**
 * A part of a data set that is read as one.
 *
 * @param name unique within the manifest
 * @param shards at least one; their order is part of the data set's identity
 */
public record Split(String name, List<ShardDeclaration> shards) {

  /** The split that training reads unless told otherwise. */
  public static final String TRAIN = "train";

  /** The split that evaluation reads unless told otherwise. */
  public static final String VALIDATION = "validation";

  public Split {
    shards = List.copyOf(shards);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a split needs a name");
    }
    if (shards.isEmpty()) {
      throw new IllegalArgumentException("split " + name + " has no shards");
    }
  }

  /** Returns how many samples it has. */
  public long sampleCount() {
    return shards.stream().mapToLong(ShardDeclaration::sampleCount).sum();
  }
}
