package dev.masquerade.train;

import dev.masquerade.data.augment.Augmenter;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.pipeline.BatchLoader;
import dev.masquerade.data.pipeline.BatchRecipe;
import dev.masquerade.data.pipeline.LoaderSettings;
import dev.masquerade.data.pipeline.ModalityReader;
import dev.masquerade.data.pipeline.SampleName;
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
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
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

  private final RunConfig config;
  private final List<ModalityTokenizer> tokenizers;
  private final List<ModalitySpec> modalities;
  private final MaskingPolicy policy;
  private final SampleStreams streams;
  private final OpenShards shards;

  private RunData(
      RunConfig config,
      List<ModalityTokenizer> tokenizers,
      MaskingPolicy policy,
      OpenShards shards) {
    this.config = config;
    this.tokenizers = List.copyOf(tokenizers);
    this.modalities = tokenizers.stream().map(ModalityTokenizer::spec).toList();
    this.policy = policy;
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
    List<ModalityTokenizer> tokenizers = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (int i = 0; i < config.modalities().size(); i++) {
      StoredModality modality = config.modalities().get(i);
      try {
        tokenizers.add(
            catalogue.open(
                modality.type(), modality.settings().withPixelLimit(config.data().maxPixels())));
      } catch (InvalidSettingsException e) {
        problems.add(
            config.origin().of("modalities[" + i + "]", e.setting())
                + ": modality "
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
    List<ModalitySpec> specs = tokenizers.stream().map(ModalityTokenizer::spec).toList();
    MaskingPolicy policy = config.masking().rule(specs).policy(specs);
    OpenShards shards = new OpenShards(sources, OPEN_SHARDS, config.data().verifySha256());
    RunData data = new RunData(config, tokenizers, policy, shards);
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

  /** Returns what the tokens of the modalities are, in run order. */
  public List<ModalitySpec> modalities() {
    return modalities;
  }

  /** Returns what makes tokens of stored content and back, in run order. */
  public List<ModalityTokenizer> tokenizers() {
    return tokenizers;
  }

  /** Returns the random streams of the run. */
  public SampleStreams streams() {
    return streams;
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
    return load(sets, data.trainingViews(), plan.batches(from, rows, RankSlice.WHOLE), badBefore);
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
      List<SampleSet> sets,
      List<Augmenter> views,
      Iterator<PlannedBatch> plan,
      List<SampleName> badBefore) {
    DataConfig data = config.data();
    int rows = data.batchSize() / config.optimiser().accumulation();
    return BatchLoader.start(
        new BatchRecipe(sets, modalities, views, policy, streams),
        plan,
        shards,
        new LoaderSettings(
            rows, data.workerThreads(), data.prefetchBatches(), data.maxBadSamples(), badBefore));
  }

  private SampleSet set(DataSource source) {
    List<ModalityReader> readers = new ArrayList<>();
    for (int m = 0; m < tokenizers.size(); m++) {
      readers.add(ModalityReader.of(config.modalities().get(m), tokenizers.get(m)));
    }
    // Members that no manifest declares are read as well: a run may name ones of its own.
    return SampleSet.of(source.manifest(), source.split(), source.weight(), readers);
  }

  @Override
  public void close() {
    try {
      shards.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the shards", e);
    }
  }
}
