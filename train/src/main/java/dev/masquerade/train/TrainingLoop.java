package dev.masquerade.train;

import ai.djl.ndarray.NDArray;
import dev.masquerade.data.pipeline.BatchLoader;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.model.StepResult;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.head.ModalityLoss;
import dev.masquerade.model.head.StepLoss;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.model.parameter.Gradients;
import dev.masquerade.train.average.ParameterAverage;
import dev.masquerade.train.checkpoint.TrainingState;
import dev.masquerade.train.config.OptimiserConfig;
import dev.masquerade.train.config.TrainConfig;
import dev.masquerade.train.metric.DeviceMemory;
import dev.masquerade.train.metric.MetricRecord;
import dev.masquerade.train.metric.MetricSink;
import dev.masquerade.train.metric.MetricWindow;
import dev.masquerade.train.metric.ProcessMemory;
import dev.masquerade.train.optim.Optimiser;
import dev.masquerade.train.optim.StepOutcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/*
 * One step: load, pack, loss and gradients, optimiser, metrics. What a step does depends on the
 * parameters, on the optimiser's memory and on the step's number; the number decides the samples,
 * the rates and the branches that drop path skips. So a run that goes on from a checkpoint does what
 * it would have done.
 */
/** The steps of one run, from where it stands. Used by one thread. */
final class TrainingLoop implements AutoCloseable {

  private final TrainConfig train;
  private final OptimiserConfig rates;
  private final RunModel model;
  private final Optimiser optimiser;
  private final Optional<ParameterAverage> average;
  private final BatchLoader loader;
  private final PackedStream stream;
  private final SampleStreams streams;
  private final MetricSink metrics;
  private final ProgressListener listener;
  private final MetricWindow window = new MetricWindow();
  private final Stopwatch stopwatch = new Stopwatch();
  private final DeviceMemory deviceMemory;
  private TrainingState state;

  TrainingLoop(
      TrainConfig train,
      OptimiserConfig rates,
      RunModel model,
      Optimiser optimiser,
      Optional<ParameterAverage> average,
      BatchLoader loader,
      List<Packer> packers,
      SampleStreams streams,
      MetricSink metrics,
      ProgressListener listener,
      TrainingState state) {
    this.train = train;
    this.rates = rates;
    this.model = model;
    this.optimiser = optimiser;
    this.average = average;
    this.loader = loader;
    this.stream = new PackedStream(loader, packers);
    this.streams = streams;
    this.metrics = metrics;
    this.listener = listener;
    this.deviceMemory = new DeviceMemory(model.device());
    this.state = state;
    window.restore(state.window());
  }

  /** Returns where the run stands. */
  TrainingState state() {
    return new TrainingState(
        state.step(),
        state.samples(),
        state.tokens(),
        state.skipped(),
        state.skippedInARow(),
        window.sums(),
        loader.badSamples());
  }

  /** Says whether all steps are done. */
  boolean complete() {
    return state.step() >= train.steps();
  }

  /**
   * Takes one step.
   *
   * @throws DivergedException if too many steps in a row had to be skipped
   */
  void step() throws InterruptedException {
    long started = System.nanoTime();
    double rate = rates.learningRate().at(state.step());
    double decay = rates.weightDecay().at(state.step());
    Parts parts = new Parts();
    StepOutcome outcome;
    // The scope goes first: until then its arrays may read the packed buffers.
    try (parts;
        StepScope scope = StepScope.open(model.parameters().manager())) {
      List<@Nullable NDArray> gradients = parts.run(scope);
      outcome = optimiser.step(scope, gradients, rate, decay);
      if (outcome.skipped()) {
        model.network().skipped();
      } else {
        model.network().stepped(state.step() + 1, train.steps(), scope);
      }
      if (average.isPresent()) {
        average.get().follow(scope, state.step());
      }
    }
    state =
        new TrainingState(
            state.step() + 1,
            parts.samplesAfter,
            state.tokens() + parts.tokens(),
            state.skipped() + (outcome.skipped() ? 1 : 0),
            outcome.skipped() ? state.skippedInARow() + 1 : 0,
            Map.of(),
            List.of());
    stopwatch.step(
        System.nanoTime() - started, parts.waitedNanos, parts.keys.size(), parts.tokens());
    note(parts, outcome, rate);
    if (state.step() % train.logEvery() == 0 || complete()) {
      record(rate, decay);
    }
    if (outcome.skipped() && state.skippedInARow() > train.maxSkippedSteps()) {
      throw diverged(parts);
    }
  }

  private void note(Parts parts, StepOutcome outcome, double rate) {
    List<ModalityLoss> losses = parts.modalities();
    // What is not finite would hide every other value of the window; skipped steps are counted.
    if (!outcome.skipped()) {
      window.add("loss", parts.loss, 1);
      for (ModalityLoss loss : losses) {
        window.add("loss/" + loss.modality(), loss.loss(), loss.tokens());
      }
      window.add("gradient_norm", outcome.gradientNorm(), 1);
      model.network().measures().forEach((name, value) -> window.add(name, value, 1));
    }
    window.add("encoder_tokens", (double) parts.encoderTokens / parts.keys.size(), 1);
    window.add("decoder_tokens", (double) parts.decoderTokens / parts.keys.size(), 1);
    window.add("padding_share", parts.paddingShare(), 1);
    window.add("budget_misses", parts.budgetMisses, 1);
    listener.stepped(
        new StepReport(
            state.step(),
            train.steps(),
            parts.loss,
            losses,
            model.network().measures(),
            outcome.gradientNorm(),
            rate,
            outcome.skipped(),
            parts.keys,
            stopwatch.pace(train.steps() - state.step())));
  }

  private void record(double rate, double decay) {
    Map<String, Double> values = new LinkedHashMap<>(window.close());
    values.put("learning_rate", rate);
    values.put("weight_decay", decay);
    values.put("samples", (double) state.samples());
    values.put("tokens", (double) state.tokens());
    values.put("skipped_steps", (double) state.skipped());
    metrics.record(new MetricRecord(state.step(), MetricRecord.Kind.TRAIN, values));

    StepReport.Pace pace = stopwatch.pace(0);
    Map<String, Double> machine = new LinkedHashMap<>();
    machine.put("samples_per_s", pace.samplesPerSecond());
    machine.put("tokens_per_s", pace.tokensPerSecond());
    machine.put("data_wait_share", pace.dataWaitShare());
    machine.put("bad_samples", (double) loader.badSampleCount());
    ProcessMemory.peakBytes().ifPresent(bytes -> machine.put("peak_rss_bytes", (double) bytes));
    deviceMemory.peakBytes().ifPresent(bytes -> machine.put("peak_device_bytes", (double) bytes));
    metrics.record(new MetricRecord(state.step(), MetricRecord.Kind.RUN, machine));
  }

  /** Stops packing ahead; the loader stays open. */
  @Override
  public void close() {
    stream.close();
  }

  private DivergedException diverged(Parts parts) {
    StringBuilder losses = new StringBuilder();
    for (ModalityLoss loss : parts.modalities()) {
      losses.append(losses.length() == 0 ? "" : ", ");
      losses.append(loss.modality()).append(' ').append(loss.loss());
    }
    return new DivergedException(
        state.step(),
        state.skippedInARow()
            + " steps in a row, up to step "
            + state.step()
            + ", had a loss or gradient that is not finite and changed nothing; "
            + train.maxSkippedSteps()
            + " are allowed. Losses of the last: "
            + losses
            + ". Lower schedule.peak_learning_rate or lengthen schedule.warm_up and resume from"
            + " the last checkpoint, look at the data of the modality that is not finite, or raise"
            + " train.max_skipped_steps");
  }

  /** The parts of one batch whose gradients become one step. */
  private final class Parts implements AutoCloseable {
    final List<PackedBatch> buffers = new ArrayList<>();
    final List<String> keys = new ArrayList<>();
    final Map<String, ModalityLoss> losses = new LinkedHashMap<>();
    double loss;
    long waitedNanos;
    long samplesAfter = state.samples();
    long encoderTokens;
    long decoderTokens;
    long places;
    int budgetMisses;

    List<@Nullable NDArray> run(StepScope scope) throws InterruptedException {
      int count = rates.accumulation();
      if (count == 1) {
        return one(scope, 0).list();
      }
      List<@Nullable NDArray> sums =
          new ArrayList<>(
              Arrays.asList(new @Nullable NDArray[model.parameters().trainable().size()]));
      for (int part = 0; part < count; part++) {
        try (StepScope inner = StepScope.open(scope.manager())) {
          optimiser.accumulate(scope, sums, one(inner, part).list(), 1.0 / count);
        }
      }
      return sums;
    }

    private Gradients one(StepScope scope, int part) throws InterruptedException {
      long waitedSince = System.nanoTime();
      PackedStream.Item next = stream.next();
      waitedNanos += System.nanoTime() - waitedSince;
      PackedBatch packed = next.packed();
      buffers.add(packed);
      keys.addAll(next.keys());
      samplesAfter = next.samplesAfter();
      budgetMisses += next.budgetMisses();
      String key = part == 0 ? "" : "part " + part;
      StepResult result =
          model
              .network()
              .lossAndGradients(
                  packed,
                  model.precision(),
                  streams.stream(state.step(), key, Purpose.DROP_PATH),
                  scope);
      add(result.loss(), packed);
      return result.gradients();
    }

    @Override
    public void close() {
      buffers.forEach(PackedBatch::close);
    }

    private void add(StepLoss part, PackedBatch packed) {
      // A network that decodes what was never packed, as tokenizers do, pads none of it.
      long rows = packed.rows();
      places += Math.max(rows * packed.encoder().length(), part.encoderTokens());
      places += Math.max(rows * packed.decoder().length(), part.decoderTokens());
      loss += part.total() / rates.accumulation();
      encoderTokens += part.encoderTokens();
      decoderTokens += part.decoderTokens();
      for (ModalityLoss modality : part.modalities()) {
        losses.merge(modality.modality(), modality, Parts::merged);
      }
    }

    private static ModalityLoss merged(ModalityLoss one, ModalityLoss other) {
      int tokens = one.tokens() + other.tokens();
      double sum = one.loss() * one.tokens() + other.loss() * other.tokens();
      return new ModalityLoss(one.modality(), tokens == 0 ? 0 : sum / tokens, tokens);
    }

    List<ModalityLoss> modalities() {
      return List.copyOf(losses.values());
    }

    long tokens() {
      return encoderTokens + decoderTokens;
    }

    double paddingShare() {
      return places == 0 ? 0 : 1 - (double) tokens() / places;
    }
  }
}
