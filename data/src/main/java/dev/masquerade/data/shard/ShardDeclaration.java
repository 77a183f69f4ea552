package dev.masquerade.data.shard;

import java.util.List;

/**
 * One shard as a manifest declares it: files that hold the same samples, joined by key.
 *
 * @param name what messages call it
 * @param files at least one; where two hold the same member, the first is read
 * @param sampleCount how many samples it has
 */
public record ShardDeclaration(String name, List<ShardFile> files, int sampleCount) {
  public ShardDeclaration {
    files = List.copyOf(files);
    if (files.isEmpty()) {
      throw new IllegalArgumentException("shard " + name + " has no files");
    }
    if (sampleCount < 0) {
      throw new IllegalArgumentException(
          "sampleCount of shard " + name + " must be at least 0, was " + sampleCount);
    }
  }
}
