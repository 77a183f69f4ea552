package dev.masquerade.train;

import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.schema.DidYouMean;
import dev.masquerade.data.shard.MemberPattern;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.Shard;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.train.config.DataSource;
import dev.masquerade.train.config.RunConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Members that a run reads although no manifest declares them: shards must have them. */
final class UndeclaredMembers {

  private UndeclaredMembers() {}

  /**
   * Looks into the first shard of each data set.
   *
   * @param patterns of the members of the run's modalities, in run order
   * @throws ConfigurationException naming every member that none of them has
   */
  static void requirePresent(RunConfig config, List<MemberPattern> patterns, OpenShards shards)
      throws IOException {
    Set<String> declared = new HashSet<>();
    for (DataSource source : config.data().sources()) {
      source.manifest().modalities().forEach(modality -> declared.add(modality.member()));
    }
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < patterns.size(); i++) {
      StoredModality modality = config.modalities().get(i);
      if (!declared.contains(modality.member())) {
        Set<String> found = new TreeSet<>(declared);
        if (!isAnywhere(config, patterns.get(i), shards, found)) {
          problems.add(
              config.origin().of("modalities[" + i + "]", "member")
                  + ": modalities["
                  + i
                  + "].member: "
                  + DidYouMean.unknown(modality.member(), "a member of the run's data", found));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  private static boolean isAnywhere(
      RunConfig config, MemberPattern pattern, OpenShards shards, Set<String> found)
      throws IOException {
    for (DataSource source : config.data().sources()) {
      if (source.split().shards().isEmpty()) {
        continue;
      }
      ShardDeclaration first = source.split().shards().get(0);
      try (OpenShards.Lease lease = shards.acquire(first)) {
        Shard shard = lease.shard();
        if (shard.keysLacking(pattern).size() < shard.sampleCount()) {
          return true;
        }
        if (shard.sampleCount() > 0) {
          shard.members(0).forEach(name -> found.add(name.substring(0, dot(name))));
        }
      }
    }
    return false;
  }

  private static int dot(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? name.length() : dot;
  }
}
