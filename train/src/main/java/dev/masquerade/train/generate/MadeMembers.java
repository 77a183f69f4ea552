package dev.masquerade.train.generate;

import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.UnusableShardsException;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.model.sample.TargetPlan;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What the members are called that modalities are written to: {@code generated_caption}, or with a
 * number, {@code generated_caption_2}, where the data set holds or declares that already. Of two
 * members of one name in the files of a shard the first is read, so that the later would not count.
 */
final class MadeMembers {

  private final Map<ModalityName, String> names;

  private MadeMembers(Map<ModalityName, String> names) {
    this.names = names;
  }

  /**
   * Chooses names that no member of any shard has.
   *
   * @param source data set that the members are added to
   * @param settings what is generated, of which splits
   * @param shards where shards are opened; those that cannot be used are passed over, reading them
   *     tells
   */
  static MadeMembers of(
      DatasetManifest source, GeneratedDataset.Settings settings, OpenShards shards)
      throws IOException {
    Set<String> taken = new HashSet<>();
    for (StoredModality modality : source.modalities()) {
      taken.add(modality.member());
    }
    for (Split split : settings.splits()) {
      for (ShardDeclaration shard : split.shards()) {
        addMembers(shards, shard, taken);
      }
    }
    List<ModalityName> targets =
        settings.plan().targets().stream().map(TargetPlan::target).toList();
    Map<ModalityName, String> names = new LinkedHashMap<>();
    for (ModalityName target : targets) {
      String name = GeneratedMembers.name(target, targets);
      String free = name;
      for (int number = 2; !taken.add(free); number++) {
        free = name + "_" + number;
      }
      names.put(target, free);
    }
    return new MadeMembers(names);
  }

  private static void addMembers(OpenShards shards, ShardDeclaration shard, Set<String> taken)
      throws IOException {
    try (OpenShards.Lease lease = shards.acquire(shard)) {
      for (int sample = 0; sample < lease.shard().sampleCount(); sample++) {
        for (String member : lease.shard().members(sample)) {
          int dot = member.lastIndexOf('.');
          taken.add(dot < 0 ? member : member.substring(0, dot));
        }
      }
    } catch (UnusableShardsException e) {
      // Whoever reads its samples says what is wrong with it.
    }
  }

  /** Returns the member of a target, without its extension. */
  String of(ModalityName target) {
    return Objects.requireNonNull(names.get(target), "only targets are written");
  }
}
