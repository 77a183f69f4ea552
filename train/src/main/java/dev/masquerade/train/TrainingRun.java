package dev.masquerade.train;

import ai.djl.ndarray.NDArray;
import dev.masquerade.data.pipeline.BatchLoader;
import dev.masquerade.data.plan.ResumePoint;
import dev.masquerade.data.schema.ConfigurationException;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.model.codec.TokenizerDescription;
import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.tokenizer.TokenizerDevice;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.ParameterSpec;
import dev.masquerade.train.checkpoint.CheckpointStore;
import dev.masquerade.train.checkpoint.Provenance;
import dev.masquerade.train.checkpoint.RunDirectory;
import dev.masquerade.train.checkpoint.Trained;
import dev.masquerade.train.checkpoint.TrainingCheckpoint;
import dev.masquerade.train.checkpoint.TrainingState;
import dev.masquerade.train.config.DataSource;
import dev.masquerade.train.config.RunConfig;
import dev.masquerade.train.config.RunConfigWriter;
import dev.masquerade.train.config.RunDifference;
import dev.masquerade.train.metric.JsonLines;
import dev.masquerade.train.metric.MetricRecord;
import dev.masquerade.train.metric.MetricSink;
import dev.masquerade.train.metric.TensorBoardEvents;
import dev.masquerade.train.optim.AdamW;
import dev.masquerade.train.optim.DecayRule;
import dev.masquerade.train.optim.ParameterGroups;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a training from its first step, or from its last checkpoint, to its end.
 *
 * <p>On a CPU a run that was killed at any moment and is resumed gives, bit for bit, the losses and
 * the order of samples of one that was never killed. One run at a time in a process.
 */
public final class TrainingRun {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  private final ModalityCatalogue catalogue;
  private final ShardSources sources;
  private final TokenizerDevice tokenizers;
  private final Clock clock;

  /**
   * Creates runs over what the program knows.
   *
   * @param tokenizers told where a run computes, so that its tokenizers do so too
   */
  @Inject
  public TrainingRun(
      ModalityCatalogue catalogue, ShardSources sources, TokenizerDevice tokenizers) {
    this.catalogue = catalogue;
    this.sources = sources;
    this.tokenizers = tokenizers;
    this.clock = Clock.systemUTC();
  }

  /**
   * Runs.
   *
   * @param listener told of every step, on the calling thread
   * @param stop ends the run early, after a checkpoint
   * @throws dev.masquerade.data.schema.ConfigurationException if the configuration does not work
   * @throws dev.masquerade.train.checkpoint.RunRefusedException if the run directory is not fit for
   *     it
   * @throws DivergedException if too many steps in a row had to be skipped
   * @throws dev.masquerade.train.checkpoint.CheckpointFailedException if the disk is full
   */
  public RunOutcome run(RunRequest request, ProgressListener listener, StopRequest stop)
      throws IOException, InterruptedException {
    RunConfig config = request.config();
    tokenizers.choose(config.train().device());
    try (RunData data = RunData.open(config, catalogue, sources);
        RunDirectory directory =
            request.resume()
                ? RunDirectory.resume(config.directory())
                : RunDirectory.create(config.directory())) {
      ModelDescription description = describe(config, data);
      CheckpointStore checkpoints =
          new CheckpointStore(directory.checkpoints(), config.train().keepCheckpoints());
      OptionalLong latest = checkpoints.latest();
      Optional<TrainingCheckpoint> checkpoint =
          latest.isPresent()
              ? Optional.of(TrainingCheckpoint.open(checkpoints.path(latest.getAsLong())))
              : Optional.empty();
      try (RunModel model = model(config, description, checkpoint)) {
        Session session = new Session(request, data, directory, checkpoints, model, listener, stop);
        return session.run(checkpoint);
      }
    }
  }

  /**
   * Returns what model a run would train, without training it.
   *
   * @throws ConfigurationException if the configuration does not work
   */
  public ModelDescription describe(RunConfig config) throws IOException {
    try (RunData data = RunData.open(config, catalogue, sources)) {
      return describe(config, data);
    }
  }

  private static ModelDescription describe(RunConfig config, RunData data) {
    ModelDescription model;
    try {
      model = config.model().describeOpened(data.tokenizers());
      // Parts that do not fit are found while laying out.
      model.layout();
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          List.of(config.origin().of("model") + ": " + e.getMessage() + "."));
    }
    if (model instanceof TokenizerDescription tokenizer) {
      requireResolutions(config, data, tokenizer);
    }
    return model;
  }

  /** Refuses sizes of frames that a tokenizer does not take, before any batch has one of them. */
  private static void requireResolutions(
      RunConfig config, RunData data, TokenizerDescription tokenizer) {
    List<String> problems = new ArrayList<>();
    List<Integer> sizes = config.data().resolutions();
    for (int i = 0; i < sizes.size(); i++) {
      try {
        tokenizer.taking(data.modalitiesAt(i).get(0));
      } catch (IllegalArgumentException e) {
        problems.add(
            config.origin().of("data.resolutions[" + i + "]")
                + ": data.resolutions: at "
                + sizes.get(i)
                + " pixels: "
                + e.getMessage()
                + ".");
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  private static RunModel model(
      RunConfig config, ModelDescription description, Optional<TrainingCheckpoint> checkpoint)
      throws IOException {
    var train = config.train();
    if (checkpoint.isPresent()) {
      return RunModel.resume(
          checkpoint.get().directory(),
          description,
          train.device(),
          train.precision(),
          train.loss());
    }
    Optional<Path> weights = config.model().initialWeights();
    if (weights.isPresent()) {
      return RunModel.startFrom(
          weights.get(),
          description,
          config.seed(),
          train.device(),
          train.precision(),
          train.loss());
    }
    return RunModel.start(
        description, config.seed(), train.device(), train.precision(), train.loss());
  }

  /** One execution, with everything open. */
  private final class Session {
    private final RunConfig config;
    private final RunData data;
    private final RunDirectory directory;
    private final CheckpointStore checkpoints;
    private final RunModel model;
    private final ProgressListener listener;
    private final StopRequest stop;
    private final Provenance provenance;

    Session(
        RunRequest request,
        RunData data,
        RunDirectory directory,
        CheckpointStore checkpoints,
        RunModel model,
        ProgressListener listener,
        StopRequest stop)
        throws IOException {
      this.config = request.config();
      this.data = data;
      this.directory = directory;
      this.checkpoints = checkpoints;
      this.model = model;
      this.listener = listener;
      this.stop = stop;
      this.provenance =
          Provenance.gather(
              "PyTorch " + ComputeEngine.start().version(),
              model.device().toString(),
              model.precision().name().toLowerCase(Locale.ROOT),
              request.command(),
              config.data().sources().stream().map(DataSource::file).distinct().toList(),
              clock);
    }

    RunOutcome run(Optional<TrainingCheckpoint> checkpoint)
        throws IOException, InterruptedException {
      Map<String, NDArray> trainable = new LinkedHashMap<>();
      for (ParameterSpec spec : model.parameters().trainable()) {
        trainable.put(spec.name(), model.parameters().get(spec.name()));
      }
      try (AdamW optimiser =
              new AdamW(
                  trainable,
                  config.optimiser().adamW(),
                  ParameterGroups.of(
                      config
                          .optimiser()
                          .decayRule()
                          .orElseGet(() -> DecayRule.of(model.description().family()))),
                  model.parameters().manager());
          Averages averages = Averages.of(config.train().average(), model.parameters())) {
        TrainingState state = TrainingState.START;
        if (checkpoint.isPresent()) {
          checkpoint.get().restore(optimiser);
          if (averages.average().isPresent()) {
            checkpoint.get().restore(averages.average().get());
          }
          state = checkpoint.get().state();
          if (!checkpoint.get().header().getConfigDigest().equals(RunConfigWriter.digest(config))) {
            LOG.warn(
                "configuration changed since the checkpoint; the run goes on with the new one"
                    + " step={} changes=\"{}\"",
                state.step(),
                RunDifference.describe(directory.runFile(), config));
          }
        }
        try (BatchLoader loader =
            data.training(new ResumePoint(state.samples()), state.badSamples())) {
          // First of all files, because a directory without it is no run that can be resumed.
          directory.write(directory.runFile(), RunConfigWriter.text(config));
          directory.write(directory.provenanceFile(), provenance.json());
          try (MetricSink metrics = metrics(state.step())) {
            Trained trained =
                new Trained(model.description(), model.parameters(), optimiser, averages.average());
            return steps(trained, loader, metrics, state);
          }
        }
      }
    }

    private MetricSink metrics(long step) throws IOException {
      JsonLines lines = JsonLines.open(directory.metricsFile(), step, clock);
      if (step >= config.train().steps()) {
        // Nothing will be recorded, and every file of events is a line of its own in TensorBoard.
        return MetricSink.all(List.of(lines));
      }
      try {
        return MetricSink.all(
            List.of(lines, TensorBoardEvents.open(directory.root(), step, clock)));
      } catch (IOException | RuntimeException e) {
        lines.close();
        throw e;
      }
    }

    private RunOutcome steps(
        Trained trained, BatchLoader loader, MetricSink metrics, TrainingState state)
        throws InterruptedException {
      Packer packer = new Packer(data.modalities(), PackLimits.NONE);
      Validation validation =
          new Validation(data, model, packer, config.evaluation().batches(), trained.average());
      try (TrainingLoop loop =
          new TrainingLoop(
              config.train(),
              config.optimiser(),
              model,
              trained.optimiser(),
              trained.average(),
              loader,
              data.packers(),
              data.streams(),
              metrics,
              listener,
              state)) {
        return steps(loop, validation, trained, metrics);
      }
    }

    private RunOutcome steps(
        TrainingLoop loop, Validation validation, Trained trained, MetricSink metrics)
        throws InterruptedException {
      listener.started(summary(loop.state().step()));
      boolean saved = true;
      while (!loop.complete() && !stop.requested()) {
        loop.step();
        long step = loop.state().step();
        int every = config.evaluation().every();
        if (loop.complete() || every > 0 && step % every == 0) {
          Optional<MetricRecord> record = validation.measure(step);
          record.ifPresent(metrics::record);
          record.ifPresent(listener::validated);
        }
        saved = step % config.train().checkpointEvery() == 0;
        if (saved) {
          save(loop.state(), trained, metrics);
        }
      }
      if (!saved) {
        save(loop.state(), trained, metrics);
      }
      RunOutcome outcome = new RunOutcome(loop.state().step(), loop.complete());
      listener.finished(outcome);
      return outcome;
    }

    private void save(TrainingState state, Trained trained, MetricSink metrics) {
      long started = System.nanoTime();
      // Lines first: a checkpoint on the disk promises every line up to its step.
      metrics.sync();
      long bytes =
          checkpoints.write(
              state.step(),
              target ->
                  TrainingCheckpoint.write(
                      target,
                      config.name(),
                      RunConfigWriter.digest(config),
                      state,
                      trained,
                      provenance));
      Duration took = Duration.ofNanos(System.nanoTime() - started);
      LOG.info(
          "checkpoint written step={} bytes={} took_ms={}", state.step(), bytes, took.toMillis());
      listener.checkpointWritten(state.step(), checkpoints.path(state.step()), bytes, took);
    }

    private RunSummary summary(long step) {
      return new RunSummary(
          config.name(),
          config.directory(),
          step,
          config.train().steps(),
          model.layout().trainableCount(),
          provenance.device(),
          provenance.precision());
    }
  }
}
