package dev.masquerade.train.generate;

import dev.masquerade.data.augment.SampleFrame;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.ManifestWriter;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.pipeline.BadSample;
import dev.masquerade.data.pipeline.DecodedSample;
import dev.masquerade.data.pipeline.ModalityReader;
import dev.masquerade.data.pipeline.SampleName;
import dev.masquerade.data.pipeline.SampleReader;
import dev.masquerade.data.pipeline.SampleSet;
import dev.masquerade.data.pipeline.StoredCrops;
import dev.masquerade.data.pipeline.UnusableSampleException;
import dev.masquerade.data.prepare.SettingsFile;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardDigest;
import dev.masquerade.data.shard.ShardFile;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.FrameSize;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import dev.masquerade.model.sample.SamplingListener;
import dev.masquerade.model.sample.SamplingPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Generates modalities of whole data sets: one tar beside every shard, and a manifest that joins
 * both, on which a run can train.
 *
 * <p>A sample's draws depend on its key and the plan's seed, so batches of any size give the same
 * tokens, except where a draw falls within the rounding by which logits of batches differ (see
 * {@link Generator}). Killed work goes on after the last finished batch; a directory that was begun
 * with another model, tokenizer, plan or data is refused. Bad samples are left out, counted, and
 * named in {@value #BAD_SAMPLES}. Members are named so that what the data set holds stays as it is,
 * see {@link MadeMembers}.
 */
public final class GeneratedDataset {

  /** Name of the manifest within its directory. */
  public static final String MANIFEST = "manifest.textproto";

  /** Name of the list of samples that could not be used. */
  public static final String BAD_SAMPLES = "bad-samples.txt";

  private static final String SETTINGS = "generation.settings";

  /**
   * What is generated, and how.
   *
   * @param splits of the data set, in order
   * @param shown modalities of the conditions
   * @param hidden places of some of them that the model does not see
   * @param plan of every sample
   * @param batchSize samples at a time
   * @param maxBadSamples samples that cannot be read and are left out before the work fails; those
   *     that lack what is to be shown do not count
   */
  public record Settings(
      List<Split> splits,
      List<ModalityName> shown,
      Map<ModalityName, HiddenPlaces> hidden,
      SamplingPlan plan,
      int batchSize,
      long maxBadSamples) {
    public Settings {
      splits = List.copyOf(splits);
      shown = List.copyOf(shown);
      hidden = Map.copyOf(hidden);
      if (batchSize < 1 || maxBadSamples < 0) {
        throw new IllegalArgumentException(
            "batchSize must be at least 1 and maxBadSamples at least 0, were "
                + batchSize
                + " and "
                + maxBadSamples);
      }
    }
  }

  /**
   * What was done.
   *
   * @param manifest that was written
   * @param samples generated now, without those left out
   * @param kept samples that were settled before, those left out then included
   * @param bad samples left out, now or before: those that cannot be read, and those that lack what
   *     is to be shown
   */
  public record Result(DatasetManifest manifest, long samples, long kept, List<SampleName> bad) {}

  /** A sample that is ready for the model. */
  private record Ready(Prompt prompt, View view, @Nullable FrameSize frame) {}

  private final Path directory;
  private final DatasetManifest source;
  private final Generator generator;
  private final GeneratedMembers members;
  private final Settings settings;
  private final SampleStreams streams;

  /**
   * Prepares the work.
   *
   * @param directory made where it is missing
   * @param generator stays the caller's to close
   * @throws GenerationRefusedException if something shown has no tokenizer, or places are hidden of
   *     what is not shown or no grid
   */
  public GeneratedDataset(
      Path directory, DatasetManifest source, Generator generator, Settings settings) {
    this.directory = directory;
    this.source = source;
    this.generator = generator;
    this.members = new GeneratedMembers(generator.modalities());
    this.settings = settings;
    this.streams = new SampleStreams(settings.plan().seed());
    HiddenPlaces.require(generator.modalities(), settings.shown(), settings.hidden().keySet());
    settings.shown().forEach(generator.modalities()::tokenizer);
    settings.plan().targets().forEach(plan -> generator.modalities().tokenizer(plan.target()));
    generator.require(settings.plan(), new LinkedHashSet<>(settings.shown()));
  }

  /** Returns how many samples there are. */
  public long sampleCount() {
    return settings.splits().stream().mapToLong(Split::sampleCount).sum();
  }

  /**
   * Generates what is missing, and writes the manifest last.
   *
   * @param shards where shards are opened; stays the caller's to close
   * @param progress told the number of samples settled so far, those before this call included
   * @throws ConfigurationException if the directory was begun with other settings
   * @throws dev.masquerade.data.pipeline.TooManyBadSamplesException if too many samples were bad
   */
  public Result write(OpenShards shards, LongConsumer progress) throws IOException {
    MadeMembers made = MadeMembers.of(source, settings, shards);
    SettingsFile.claim(
        directory.resolve(SETTINGS),
        new DatasetIdentity(source, generator, settings).describe(made),
        "what was generated with another model, tokenizer, plan or data set, or with other places"
            + " hidden");
    LeftOutSamples leftOut =
        LeftOutSamples.open(directory.resolve(BAD_SAMPLES), settings.maxBadSamples());
    long kept = 0;
    long done = 0;
    long generated = 0;
    for (Split split : settings.splits()) {
      SampleReader reader = new SampleReader(sampleSet(split), shards);
      for (int k = 0; k < split.shards().size(); k++) {
        int count = split.shards().get(k).sampleCount();
        GeneratedShard shard = new GeneratedShard(file(split, k), count);
        if (shard.isComplete()) {
          kept += count;
          progress.accept(done + kept);
          continue;
        }
        BitSet settled = shard.settled();
        kept += settled.cardinality();
        progress.accept(done + kept);
        for (int from = settled.nextClearBit(0); from < count; from = settled.nextClearBit(from)) {
          int known = settled.nextSetBit(from);
          int to = Math.min(from + settings.batchSize(), known < 0 ? count : known);
          Map<String, Map<String, byte[]>> samples = generate(reader, k, from, to, leftOut, made);
          shard.add(from, to, samples);
          settled.set(from, to);
          generated += samples.size();
          done += to - from;
          progress.accept(done + kept);
        }
        shard.join();
      }
    }
    leftOut.report();
    DatasetManifest joined = joined(shards, made);
    ManifestWriter.write(directory.resolve(MANIFEST), joined);
    return new Result(joined, generated, kept, leftOut.names());
  }

  /** Generates a stretch of a shard; members by key. */
  private Map<String, Map<String, byte[]>> generate(
      SampleReader reader, int shard, int from, int to, LeftOutSamples leftOut, MadeMembers made)
      throws IOException {
    List<Object> read =
        IntStream.range(from, to)
            .parallel()
            .mapToObj(ordinal -> read(reader, shard, ordinal))
            .toList();
    List<Ready> ready = new ArrayList<>();
    for (Object one : read) {
      if (one instanceof BadSample sample) {
        leftOut.add(sample);
      } else {
        ready.add((Ready) one);
      }
    }
    Map<String, Map<String, byte[]>> samples = new LinkedHashMap<>();
    if (ready.isEmpty()) {
      return samples;
    }
    List<GeneratedSample> generated =
        generator.generate(
            ready.stream().map(Ready::prompt).toList(), settings.plan(), SamplingListener.NONE);
    for (int i = 0; i < ready.size(); i++) {
      Ready one = ready.get(i);
      Map<String, byte[]> written = new LinkedHashMap<>();
      for (GeneratedModality modality : generated.get(i).modalities()) {
        GeneratedMembers.Member member = members.write(modality, one.view());
        written.put(made.of(modality.name()) + "." + member.extension(), member.bytes());
      }
      if (one.frame() != null) {
        written.put(StoredCrops.MEMBER, StoredCrops.write(List.of(one.view()), one.frame()));
      }
      samples.put(one.prompt().key(), written);
    }
    return samples;
  }

  /** Returns a {@link Ready} or a {@link BadSample}. */
  private Object read(SampleReader reader, int shard, int ordinal) {
    try {
      DecodedSample sample = reader.read(shard, ordinal);
      SampleFrame frame = sample.frame();
      boolean cropped = !frame.storedViews().isEmpty();
      View view =
          cropped
              ? frame.storedViews().get(0)
              : generator.view().view(frame, streams.stream(0, sample.key(), Purpose.VIEW));
      List<@Nullable TokenizedModality> tokens = sample.tokenize(view);
      long seed = streams.stream(0, sample.key(), Purpose.CHOICE).nextLong();
      List<Condition> conditions = new ArrayList<>();
      for (int place = 0; place < settings.shown().size(); place++) {
        ModalityName name = settings.shown().get(place);
        TokenizedModality seen = tokens.get(place);
        if (seen == null) {
          return new BadSample(
              sample.shard(),
              sample.key(),
              name.value(),
              "the sample lacks what is to be shown",
              BadSample.Kind.LACKING);
        }
        conditions.add(condition(name, seen, seed));
      }
      boolean picture = frame.size().height() > 1 || frame.size().width() > 1;
      return new Ready(
          new Prompt(sample.key(), seed, conditions),
          view,
          picture && !cropped ? frame.size() : null);
    } catch (UnusableSampleException e) {
      return e.sample();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Condition condition(ModalityName name, TokenizedModality tokens, long seed)
      throws IOException {
    HiddenPlaces hidden = settings.hidden().get(name);
    return hidden != null
            && generator.modalities().spec(name).layout() instanceof TokenLayout.Grid grid
        ? new Condition(name, tokens, hidden.on(name, grid, seed))
        : new Condition(name, tokens);
  }

  private SampleSet sampleSet(Split split) {
    List<ModalityReader> readers = new ArrayList<>();
    DatasetIdentity identity = new DatasetIdentity(source, generator, settings);
    for (ModalityName name : settings.shown()) {
      readers.add(ModalityReader.of(identity.member(name), generator.modalities().tokenizer(name)));
    }
    return SampleSet.of(source, split, 1, readers);
  }

  private Path file(Split split, int shard) {
    return directory.resolve(
        String.format(Locale.ROOT, "%s-generated-%06d.tar", split.name(), shard));
  }

  /** Declares what is there: the samples of the data set, whether or not they were left out. */
  private DatasetManifest joined(OpenShards open, MadeMembers made) throws IOException {
    Map<ModalityName, StoredModality> modalities = new LinkedHashMap<>();
    source.modalities().forEach(modality -> modalities.put(modality.name(), modality));
    for (var target : settings.plan().targets()) {
      StoredModality declared =
          Objects.requireNonNull(
              generator.modalities().declaration(target.target()).orElse(null),
              "a generator that was opened knows how its modalities are declared");
      modalities.put(
          target.target(),
          new StoredModality(
              declared.withRoles(Set.of()).settings(), declared.type(), made.of(target.target())));
    }
    List<Split> splits = new ArrayList<>();
    for (Split split : settings.splits()) {
      List<ShardDeclaration> shards = new ArrayList<>();
      for (int k = 0; k < split.shards().size(); k++) {
        ShardDeclaration shard = split.shards().get(k);
        Path file = file(split, k).toAbsolutePath();
        List<ShardFile> files = new ArrayList<>(shard.files());
        files.add(
            new ShardFile(
                String.valueOf(file.getFileName()), file.toUri(), "", ShardDigest.of(file)));
        ShardDeclaration both = new ShardDeclaration(shard.name(), files, shard.sampleCount());
        try (OpenShards.Lease lease = open.acquire(both)) {
          shards.add(new ShardDeclaration(shard.name(), files, lease.shard().sampleCount()));
        }
      }
      splits.add(new Split(split.name(), shards));
    }
    DatasetStory story = new DatasetStory(source, generator.stamp(), settings);
    return new DatasetManifest(
        story.name(), story.description(), List.copyOf(modalities.values()), splits, story.told());
  }
}
