package dev.masquerade.data.image;

import dev.masquerade.data.label.LabelSource;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.shard.MemberPattern;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.RawMember;
import dev.masquerade.data.shard.Shard;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.image.ImageDecoder;
import dev.masquerade.modality.image.PixelImage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The pictures of one split of a data set, by the keys of their samples. */
public final class DatasetImages implements ImageSource {

  private static final int OPEN_SHARDS = 4;

  private final List<ShardDeclaration> shards;
  private final int[] firsts;
  private final MemberPattern pattern;
  private final LabelSource labels;
  private final OpenShards open;
  private final ImageDecoder decoder;

  private DatasetImages(
      Split split,
      MemberPattern pattern,
      LabelSource labels,
      ShardSources sources,
      int pixelLimit) {
    this.decoder = new ImageDecoder(pixelLimit);
    this.shards = split.shards();
    this.pattern = pattern;
    this.labels = labels;
    this.open = new OpenShards(sources, OPEN_SHARDS, false);
    this.firsts = new int[shards.size() + 1];
    for (int i = 0; i < shards.size(); i++) {
      firsts[i + 1] = Math.toIntExact(firsts[i] + shards.get(i).sampleCount());
    }
  }

  /**
   * Opens a split.
   *
   * @param splitName which split; where it is empty, the only one, or "validation", or the first
   * @param member which member of a sample holds the picture, normally {@code rgb}
   * @param labels where its class stands
   * @param pixelLimit largest number of pixels of a picture
   * @throws ConfigurationException if there is no such split, or it is empty
   */
  public static DatasetImages open(
      DatasetManifest manifest,
      String splitName,
      String member,
      LabelSource labels,
      ShardSources sources,
      int pixelLimit)
      throws IOException {
    List<String> names = manifest.splits().stream().map(Split::name).toList();
    Optional<Split> split =
        splitName.isEmpty()
            ? manifest.split(Split.VALIDATION).or(() -> Optional.of(manifest.splits().get(0)))
            : manifest.split(splitName);
    if (split.isEmpty()) {
      throw new ConfigurationException(
          List.of(
              manifest.name()
                  + ": has no split \""
                  + splitName
                  + "\". Its splits: "
                  + String.join(", ", names)
                  + "."));
    }
    DatasetImages images =
        new DatasetImages(
            split.get(),
            MemberPattern.of(member, ImageDecoder.EXTENSIONS),
            labels,
            sources,
            pixelLimit);
    images.open.requirePresent(images.shards);
    if (images.count() == 0) {
      throw new ConfigurationException(
          List.of(
              manifest.name()
                  + "/"
                  + split.get().name()
                  + ": its samples are not counted. Run manifest check, which says how many there"
                  + " are."));
    }
    return images;
  }

  @FunctionalInterface
  private interface Look<T> {
    T at(Shard shard, int ordinal) throws IOException, BadSampleException;
  }

  private <T> T look(int index, Look<T> look) throws IOException, BadSampleException {
    int shard = 0;
    while (index >= firsts[shard + 1]) {
      shard++;
    }
    try (OpenShards.Lease lease = open.acquire(shards.get(shard))) {
      return look.at(lease.shard(), index - firsts[shard]);
    }
  }

  @Override
  public int count() {
    return firsts[shards.size()];
  }

  @Override
  public String name(int index) throws IOException {
    try {
      return look(index, (shard, ordinal) -> shard.key(ordinal));
    } catch (BadSampleException e) {
      return "sample " + index;
    }
  }

  @Override
  public String label(int index) throws IOException {
    try {
      return look(index, labels::label);
    } catch (BadSampleException e) {
      // Images without a class can be looked at all the same; who needs classes asks for them.
      return "";
    }
  }

  @Override
  public PixelImage read(int index) throws IOException, BadSampleException {
    Optional<RawMember> member = look(index, (shard, ordinal) -> shard.read(ordinal, pattern));
    if (member.isEmpty()) {
      throw new BadSampleException("the sample has no picture " + pattern.modality());
    }
    return decoder.colours(member.get().bytes());
  }

  @Override
  public OptionalInt find(String name) throws IOException {
    for (int i = 0; i < shards.size(); i++) {
      try (OpenShards.Lease lease = open.acquire(shards.get(i))) {
        Optional<Integer> ordinal = lease.shard().ordinal(name);
        if (ordinal.isPresent()) {
          return OptionalInt.of(firsts[i] + ordinal.get());
        }
      }
    }
    return OptionalInt.empty();
  }

  @Override
  public void close() throws IOException {
    open.close();
  }
}
