package dev.masquerade.data.prepare;

import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.shard.MemberPattern;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.Shard;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.UnusableShardsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares a manifest with the files it names: whether all are there, have their hashes, are whole,
 * and hold as many samples as declared.
 */
public final class DatasetCheck {

  /**
   * What was found.
   *
   * @param samples samples there really are
   * @param samplesByModality how many of them have each modality, by member name in manifest order
   * @param problems what does not fit the manifest, one clear message each
   * @param remarks what is allowed but may surprise, such as samples that lack a modality
   */
  public record Report(
      long samples,
      Map<String, Long> samplesByModality,
      List<String> problems,
      List<String> remarks) {}

  private static final int EXAMPLES = 3;

  private DatasetCheck() {}

  /**
   * Opens every shard.
   *
   * @param modalities where the members of each modality are found
   * @param shards where shards are opened; decides whether hashes are compared
   */
  public static Report check(
      DatasetManifest manifest, List<MemberPattern> modalities, OpenShards shards)
      throws IOException {
    Map<String, Long> having = new LinkedHashMap<>();
    modalities.forEach(pattern -> having.put(pattern.modality(), 0L));
    List<String> problems = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    long samples = 0;
    for (Split split : manifest.splits()) {
      for (ShardDeclaration declaration : split.shards()) {
        try {
          shards.requirePresent(List.of(declaration));
        } catch (UnusableShardsException e) {
          problems.addAll(e.problems());
          continue;
        }
        try (OpenShards.Lease lease = shards.acquire(declaration)) {
          Shard shard = lease.shard();
          samples += shard.sampleCount();
          shard.damage().ifPresent(damage -> problems.add(shard.name() + ": is " + damage));
          if (shard.sampleCount() != declaration.sampleCount()) {
            problems.add(
                shard.name()
                    + ": holds "
                    + shard.sampleCount()
                    + " samples, but the manifest declares "
                    + declaration.sampleCount()
                    + ". Import it anew");
          }
          for (MemberPattern pattern : modalities) {
            List<String> lacking = shard.keysLacking(pattern);
            long there = shard.sampleCount() - lacking.size();
            having.merge(pattern.modality(), there, Long::sum);
            if (!lacking.isEmpty()) {
              remarks.add(lacking(shard, pattern, lacking));
            }
          }
        } catch (UnusableShardsException e) {
          problems.addAll(e.problems());
        }
      }
    }
    return new Report(samples, having, List.copyOf(problems), List.copyOf(remarks));
  }

  private static String lacking(Shard shard, MemberPattern pattern, List<String> keys) {
    List<String> examples = keys.subList(0, Math.min(EXAMPLES, keys.size()));
    return shard.name()
        + ": "
        + keys.size()
        + " of "
        + shard.sampleCount()
        + " samples lack modality "
        + pattern.modality()
        + ": "
        + String.join(", ", examples)
        + (keys.size() > EXAMPLES ? ", ..." : "");
  }
}
