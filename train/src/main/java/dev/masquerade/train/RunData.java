package dev.masquerade.train;

import dev.masquerade.data.augment.Augmenter;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.pipeline.BatchLoader;
import dev.masquerade.data.pipeline.BatchRecipe;
import dev.masquerade.data.pipeline.LoaderSettings;
import dev.masquerade.data.pipeline.ModalityReader;
import dev.masquerade.data.pipeline.SampleName;
import dev.masquerade.data.pipeline.SampleNotes;
import dev.masquerade.data.pipeline.SampleReader;
import dev.masquerade.data.pipeline.SampleSet;
import dev.masquerade.data.plan.PlannedBatch;
import dev.masquerade.data.plan.PlannedDataset;
import dev.masquerade.data.plan.RankSlice;
import dev.masquerade.data.plan.ResumePoint;
import dev.masquerade.data.plan.SamplePlan;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.shard.MemberPattern;
import dev.masquerade.data.shard.OpenShards;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.masking.MaskingPolicy;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.train.config.DataConfig;
import dev.masquerade.train.config.DataSource;
import dev.masquerade.train.config.RunConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The data of a run: its modalities, opened, and the samples in the order in which they come. */
public final class RunData implements AutoCloseable {

  private static final int OPEN_SHARDS = 64;

  /**
   * The modalities at one size of their frames.
   *
   * @param tokenizers in run order
   * @param specs of the tokenizers
   * @param policy for these specs
   */
  private record Resolution(
      List<ModalityTokenizer> tokenizers, List<ModalitySpec> specs, MaskingPolicy policy) {

    static Resolution of(RunConfig config, List<ModalityTokenizer> tokenizers) {
      List<ModalitySpec> specs = tokenizers.stream().map(ModalityTokenizer::spec).toList();
      return new Resolution(
          List.copyOf(tokenizers), specs, config.masking().rule(specs).policy(specs));
    }

    Packer packer() {
      return new Packer(specs, PackLimits.NONE);
    }
  }

  private final RunConfig config;
  private final List<ModalityTokenizer> tokenizers;
  private final List<ModalitySpec> modalities;
  private final Resolution own;
  private final List<Resolution> resolutions;
  private final SampleStreams streams;
  private final OpenShards shards;
  private final SampleNotes notes = new SampleNotes();

  private RunData(
      RunConfig config, Resolution own, List<Resolution> resolutions, OpenShards shards) {
    this.config = config;
    this.own = own;
    this.resolutions = List.copyOf(resolutions);
    this.tokenizers = own.tokenizers();
    this.modalities = own.specs();
    this.streams = new SampleStreams(config.seed());
    this.shards = shards;
  }

  /**
   * Opens the modalities of a run and looks whether its shards are there.
   *
   * @param catalogue kinds of modality
   * @param sources storage
   * @throws ConfigurationException if a modality cannot be opened as declared, or the masking does
   *     not fit the modalities
   */
  public static RunData open(RunConfig config, ModalityCatalogue catalogue, ShardSources sources)
      throws IOException {
    List<ModalityTokenizer> tokenizers = tokenizers(config, catalogue, 0);
    Resolution own = Resolution.of(config, tokenizers);
    List<Resolution> resolutions = new ArrayList<>();
    for (int size : config.data().resolutions()) {
      resolutions.add(Resolution.of(config, tokenizers(config, catalogue, size)));
    }
    OpenShards shards = new OpenShards(sources, OPEN_SHARDS, config.data().verifySha256());
    RunData data =
        new RunData(config, own, resolutions.isEmpty() ? List.of(own) : resolutions, shards);
    List<ShardDeclaration> all = new ArrayList<>();
    config.data().sources().forEach(source -> all.addAll(source.split().shards()));
    config.data().validation().ifPresent(source -> all.addAll(source.split().shards()));
    shards.requirePresent(all);
    shards.verifyIfSmall(all);
    List<MemberPattern> patterns = new ArrayList<>();
    for (int m = 0; m < tokenizers.size(); m++) {
      patterns.add(config.modalities().get(m).pattern(tokenizers.get(m).extensions()));
    }
    UndeclaredMembers.requirePresent(config, patterns, shards);
    return data;
  }

  /**
   * Opens the modalities of a run.
   *
   * @param size edge of the frames of all that have any, in pixels; 0 for their own
   */
  private static List<ModalityTokenizer> tokenizers(
      RunConfig config, ModalityCatalogue catalogue, int size) {
    List<ModalityTokenizer> tokenizers = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < config.modalities().size(); i++) {
      StoredModality modality = config.modalities().get(i);
      ModalitySettings settings = modality.settings().withPixelLimit(config.data().maxPixels());
      boolean resized = size > 0 && settings.size() > 0;
      try {
        tokenizers.add(
            catalogue.open(modality.type(), resized ? settings.withSize(size) : settings));
      } catch (InvalidSettingsException e) {
        problems.add(
            (resized
                    ? config.origin().of("data.resolutions")
                        + ": data.resolutions: at "
                        + size
                        + " pixels: "
                    : config.origin().of("modalities[" + i + "]", e.setting()) + ": ")
                + "modality "
                + modality.name()
                + ", "
                + e.setting()
                + ": "
                + e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return tokenizers;
  }

  /** Returns what the tokens of the modalities are, in run order. */
  public List<ModalitySpec> modalities() {
    return modalities;
  }

  /** Returns the same at one of the sizes of {@code data.resolutions}, by its place there. */
  List<ModalitySpec> modalitiesAt(int resolution) {
    return resolutions.get(resolution).specs();
  }

  /** Returns what makes tokens of stored content and back, in run order. */
  public List<ModalityTokenizer> tokenizers() {
    return tokenizers;
  }

  /** Returns the random streams of the run. */
  public SampleStreams streams() {
    return streams;
  }

  /** Returns what packs training batches, one for each resolution they come in. */
  List<Packer> packers() {
    return resolutions.stream().map(Resolution::packer).toList();
  }

  /** Starts loading training batches, each a part of an optimiser step where steps have parts. */
  public BatchLoader training(ResumePoint from) {
    return training(from, List.of());
  }

  /**
   * Goes on loading training batches.
   *
   * @param badBefore bad samples that were skipped up to there
   */
  BatchLoader training(ResumePoint from, List<SampleName> badBefore) {
    DataConfig data = config.data();
    List<SampleSet> sets = toldApart(data.sources().stream().map(this::set).toList());
    List<PlannedDataset> planned = sets.stream().map(SampleSet::planned).toList();
    SamplePlan plan = SamplePlan.shuffled(planned, streams, data.shuffleWindow(), data.repeats());
    int rows = data.batchSize() / config.optimiser().accumulation();
    return load(
        resolutions,
        sets,
        data.trainingViews(),
        plan.batches(from, rows, RankSlice.WHOLE),
        badBefore);
  }

  /** Sets of one name would come in one order: a data set that is named twice, for example. */
  private static List<SampleSet> toldApart(List<SampleSet> sets) {
    List<SampleSet> apart = new ArrayList<>();
    Map<String, Integer> uses = new HashMap<>();
    for (SampleSet set : sets) {
      int use = uses.merge(set.name(), 1, Integer::sum);
      apart.add(use == 1 ? set : set.withName(set.name() + " #" + use));
    }
    return apart;
  }

  /**
   * Starts loading held-out batches, the same ones in the same order every time.
   *
   * @return empty where the run has no held-out data
   */
  public Optional<BatchLoader> validation() {
    DataConfig data = config.data();
    return data.validation()
        .map(
            source -> {
              SampleSet set = set(source);
              int rows = data.batchSize() / config.optimiser().accumulation();
              return load(
                  List.of(own),
                  List.of(set),
                  data.evaluationViews(),
                  SamplePlan.stored(set.planned())
                      .batches(ResumePoint.START, rows, RankSlice.WHOLE),
                  List.of());
            });
  }

  /**
   * Returns the held-out samples one by one, with the pictures that tokens stand for behind their
   * modalities; empty where the run has none.
   */
  public Optional<SampleReader> heldOut() {
    return config.data().validation().map(source -> new SampleReader(withTruths(source), shards));
  }

  /** Returns the samples of the first training source likewise. */
  public SampleReader trainingSamples() {
    return new SampleReader(withTruths(config.data().sources().get(0)), shards);
  }

  /**
   * Returns where the picture stands, among the modalities of a sample read one by one, that the
   * tokens of a modality were computed from, as its manifest says. A sample may lack it.
   */
  public int truthOf(int modality) {
    return modalities.size() + modality;
  }

  private SampleSet withTruths(DataSource source) {
    SampleSet set = set(source);
    List<Optional<ModalityReader>> readers = new ArrayList<>(set.modalities());
    for (int m = 0; m < tokenizers.size(); m++) {
      String member = config.modalities().get(m).source();
      readers.add(
          member.isEmpty()
              ? Optional.empty()
              : Optional.of(ModalityReader.of(member, tokenizers.get(m))));
    }
    return new SampleSet(set.name(), set.shards(), readers, set.weight());
  }

  private BatchLoader load(
      List<Resolution> sizes,
      List<SampleSet> sets,
      List<Augmenter> views,
      Iterator<PlannedBatch> plan,
      List<SampleName> badBefore) {
    DataConfig data = config.data();
    int rows = data.batchSize() / config.optimiser().accumulation();
    return BatchLoader.start(
        sizes.stream().map(size -> recipe(size, sets, views)).toList(),
        plan,
        shards,
        new LoaderSettings(
            rows, data.workerThreads(), data.prefetchBatches(), data.maxBadSamples(), badBefore),
        notes);
  }

  private BatchRecipe recipe(Resolution size, List<SampleSet> sets, List<Augmenter> views) {
    List<Optional<ModalityReader>> readers =
        readers(size.tokenizers()).stream().map(Optional::of).toList();
    List<SampleSet> sized =
        sets.stream()
            .map(set -> new SampleSet(set.name(), set.shards(), readers, set.weight()))
            .toList();
    return new BatchRecipe(sized, size.specs(), views, size.policy(), streams);
  }

  private List<ModalityReader> readers(List<ModalityTokenizer> opened) {
    List<ModalityReader> readers = new ArrayList<>();
    for (int m = 0; m < opened.size(); m++) {
      readers.add(ModalityReader.of(config.modalities().get(m), opened.get(m)));
    }
    return readers;
  }

  private SampleSet set(DataSource source) {
    // Members that no manifest declares are read as well: a run may name ones of its own.
    return SampleSet.of(source.manifest(), source.split(), source.weight(), readers(tokenizers));
  }

  @Override
  public void close() {
    notes.report();
    try {
      shards.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the shards", e);
    }
  }
}
