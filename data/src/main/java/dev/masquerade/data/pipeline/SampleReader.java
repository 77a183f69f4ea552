package dev.masquerade.data.pipeline;

import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.RawMember;
import dev.masquerade.data.shard.Shard;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.EmptyContentException;
import dev.masquerade.modality.View;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads and decodes single samples of a data set. Safe for use by several threads. */
public final class SampleReader {

  private final SampleSet set;
  private final OpenShards shards;
  private final EmptyContents empty;
  private final List<String> names = new ArrayList<>();
  private final long sampleCount;

  /**
   * Creates a reader.
   *
   * @param shards where shards are opened; stays the caller's to close
   */
  public SampleReader(SampleSet set, OpenShards shards) {
    this(set, shards, new EmptyContents());
  }

  /** Creates one of several readers that name empty contents once between them. */
  SampleReader(SampleSet set, OpenShards shards, EmptyContents empty) {
    this.set = set;
    this.shards = shards;
    this.empty = empty;
    this.sampleCount = set.planned().sampleCount();
    for (Optional<ModalityReader> modality : set.modalities()) {
      names.add(modality.map(ModalityReader::name).orElse(""));
    }
  }

  /** Returns how many samples the data set has. */
  public long sampleCount() {
    return sampleCount;
  }

  /**
   * Reads a sample by its place in the data set, shards in manifest order.
   *
   * @throws UnusableSampleException if it cannot be used
   * @throws IOException if its shard cannot be opened
   */
  public DecodedSample read(long place) throws IOException, UnusableSampleException {
    if (place < 0 || place >= sampleCount) {
      throw new IndexOutOfBoundsException(
          "sample " + place + " of " + set.name() + ", which has " + sampleCount);
    }
    int shard = 0;
    long ordinal = place;
    while (ordinal >= set.shards().get(shard).sampleCount()) {
      ordinal -= set.shards().get(shard).sampleCount();
      shard++;
    }
    return read(shard, (int) ordinal);
  }

  /**
   * Reads a sample by its shard and its place there.
   *
   * @throws UnusableSampleException if it cannot be used
   * @throws IOException if its shard cannot be opened
   */
  public DecodedSample read(int shardIndex, int ordinal)
      throws IOException, UnusableSampleException {
    try (OpenShards.Lease lease = shards.acquire(set.shards().get(shardIndex))) {
      Shard shard = lease.shard();
      String key = key(shard, ordinal);
      List<@Nullable RawMember> members = new ArrayList<>(names.size());
      List<@Nullable DecodedModality> decoded = new ArrayList<>(names.size());
      boolean something = false;
      for (int place = 0; place < names.size(); place++) {
        RawMember member = null;
        DecodedModality modality = null;
        Optional<ModalityReader> reader = set.modalities().get(place);
        if (reader.isPresent()) {
          try {
            member = shard.read(ordinal, reader.get().members()).orElse(null);
            if (member != null) {
              modality = reader.get().tokenizer().decode(member.bytes(), member.extension());
              something = true;
            }
          } catch (EmptyContentException e) {
            empty.note(shard.name(), key, names.get(place), e);
            member = null;
          } catch (BadSampleException | IOException e) {
            throw unusable(shard, key, names.get(place), e);
          } catch (RuntimeException e) {
            throw new IllegalStateException(
                shard.name()
                    + ", sample "
                    + key
                    + ", modality "
                    + names.get(place)
                    + ": "
                    + e.getMessage(),
                e);
          }
        }
        members.add(member);
        decoded.add(modality);
      }
      if (!something) {
        throw new UnusableSampleException(
            new BadSample(
                shard.name(),
                key,
                "",
                "it has none of the modalities that are read; its members are "
                    + shard.members(ordinal),
                BadSample.Kind.LACKING));
      }
      return new DecodedSample(
          shard.name(), key, names, members, decoded, storedViews(shard, ordinal, key), empty);
    }
  }

  private static String key(Shard shard, int ordinal) throws UnusableSampleException {
    try {
      return shard.key(ordinal);
    } catch (BadSampleException e) {
      throw unusable(shard, "number " + ordinal, "", e);
    }
  }

  private static List<View> storedViews(Shard shard, int ordinal, String key)
      throws UnusableSampleException {
    try {
      Optional<byte[]> settings = shard.read(ordinal, StoredCrops.MEMBER);
      return settings.isPresent() ? StoredCrops.read(settings.get()) : List.of();
    } catch (BadSampleException | IOException e) {
      throw unusable(shard, key, "", e);
    }
  }

  private static UnusableSampleException unusable(
      Shard shard, String key, String modality, Exception cause) {
    String reason = String.valueOf(cause.getMessage());
    BadSample.Kind kind =
        shard.damage().filter(reason::contains).isPresent()
            ? BadSample.Kind.SHARD
            : BadSample.Kind.CONTENT;
    return new UnusableSampleException(
        new BadSample(shard.name(), key, modality, reason, kind), cause);
  }
}
