package dev.masquerade.data.prepare;

import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.pipeline.BadSample;
import dev.masquerade.data.pipeline.BadSamples;
import dev.masquerade.data.shard.MemberPattern;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.RawMember;
import dev.masquerade.data.shard.Shard;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.BadSampleException;
import java.io.IOException;
import java.util.Optional;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Goes through the stored bytes of one modality in some samples of a split, drawn without
 * replacement: what tokenizers are fitted on. The same seed draws the same samples, which come in
 * stored order.
 */
public final class MemberSamples {

  /** Takes in one member. */
  public interface Visitor {
    /**
     * Takes in one member.
     *
     * @throws BadSampleException if its content cannot be used; it is then counted and left out
     */
    void visit(String key, RawMember member) throws BadSampleException;
  }

  private final Split split;
  private final MemberPattern pattern;
  private final OpenShards shards;

  /**
   * Chooses what to go through.
   *
   * @param shards where shards are opened; stays the caller's to close
   */
  public MemberSamples(Split split, MemberPattern pattern, OpenShards shards) {
    this.split = split;
    this.pattern = pattern;
    this.shards = shards;
  }

  /**
   * Shows members to a visitor.
   *
   * @param limit largest number of samples; all where there are fewer
   * @param bad counts members that cannot be used
   * @return how many members were taken in; samples that lack the modality are not
   */
  public int visit(int limit, long seed, BadSamples bad, Visitor visitor) throws IOException {
    long left = split.sampleCount();
    long wanted = Math.min(limit, left);
    UniformRandomProvider rng =
        new SampleStreams(seed).stream(0, "members of " + pattern.modality(), Purpose.CHOICE);
    int taken = 0;
    for (ShardDeclaration declaration : split.shards()) {
      if (wanted == 0) {
        break;
      }
      try (OpenShards.Lease lease = shards.acquire(declaration)) {
        for (int ordinal = 0; ordinal < declaration.sampleCount(); ordinal++) {
          // Takes each with the chance that leaves exactly the wanted number over all.
          boolean chosen = wanted == left || rng.nextLong(left) < wanted;
          left--;
          if (chosen) {
            wanted--;
            taken += visit(lease.shard(), ordinal, bad, visitor) ? 1 : 0;
          }
        }
      }
    }
    return taken;
  }

  private boolean visit(Shard shard, int ordinal, BadSamples bad, Visitor visitor) {
    String key = "number " + ordinal;
    try {
      key = shard.key(ordinal);
      Optional<RawMember> member = shard.read(ordinal, pattern);
      if (member.isEmpty()) {
        return false;
      }
      visitor.visit(key, member.get());
      return true;
    } catch (BadSampleException | IOException e) {
      bad.count(
          new BadSample(shard.name(), key, pattern.modality(), String.valueOf(e.getMessage())));
      return false;
    }
  }
}
