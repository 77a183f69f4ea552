package dev.masquerade.train.evaluate;

import dev.masquerade.masking.MaskedBatch;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.model.engine.StepScope;
import dev.masquerade.model.head.Predictions;
import dev.masquerade.model.pack.PackLimits;
import dev.masquerade.model.pack.PackedBatch;
import dev.masquerade.model.pack.Packer;
import dev.masquerade.train.RunData;
import dev.masquerade.train.RunModel;
import dev.masquerade.train.config.RunConfig;
import dev.masquerade.train.generate.Condition;
import dev.masquerade.train.generate.Generator;
import dev.masquerade.train.generate.Prompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A checkpoint with its held-out data, open for questions. Used by one thread. */
public final class Evaluation implements AutoCloseable {

  private final RunConfig config;
  private final long step;
  private final Path directory;
  private final RunData data;
  private final RunModel model;
  private final TransferBatches batches;
  private final Packer packer;

  Evaluation(RunConfig config, long step, Path directory, RunData data, RunModel model) {
    this.config = config;
    this.step = step;
    this.directory = directory;
    this.data = data;
    this.model = model;
    this.batches = new TransferBatches(data.modalities(), data.streams());
    this.packer = new Packer(data.modalities(), PackLimits.NONE);
  }

  /** Returns the step of the checkpoint. */
  public long step() {
    return step;
  }

  private int place(ModalityName name) {
    return ModalityPlaces.of(data.modalities(), name);
  }

  /** Returns every task of the run: each input with each target. */
  public List<ModalityPair> pairs() {
    List<ModalityPair> pairs = new ArrayList<>();
    for (ModalitySpec target : data.modalities()) {
      for (ModalitySpec input : data.modalities()) {
        if (target.isTarget() && input.isInput() && !input.name().equals(target.name())) {
          pairs.add(new ModalityPair(input.name(), target.name()));
        }
      }
    }
    return pairs;
  }

  /**
   * Measures.
   *
   * @param progress told each task as it is done
   */
  public EvaluationReport measure(EvaluationSettings settings, Consumer<PairResult> progress) {
    Set<Integer> surroundings =
        settings.surroundings().isEmpty()
            ? Evaluator.surroundings(config)
            : settings.surroundings();
    SampleLoading loading = loading(surroundings);
    List<EvaluationSample> heldOut = heldOut(loading, settings.samples());
    List<EvaluationSample> training = loading.read(data.trainingSamples(), settings.priorSamples());
    List<ModalityPair> pairs = settings.pairs().isEmpty() ? pairs() : settings.pairs();
    List<PairResult> results = new ArrayList<>();
    Map<Integer, Optional<TargetScorer>> scorers = new HashMap<>();
    for (ModalityPair pair : pairs) {
      Optional<TargetScorer> scorer =
          scorers.computeIfAbsent(place(pair.target()), target -> scorer(target, training));
      if (scorer.isPresent()) {
        Optional<PairResult> result = measure(pair, scorer.get(), heldOut, settings.batchSize());
        result.ifPresent(results::add);
        result.ifPresent(progress);
      }
    }
    return new EvaluationReport(config.name(), step, results);
  }

  /** Measures and writes {@code evaluation.json} into the run directory. */
  public EvaluationReport measureAndWrite(
      EvaluationSettings settings, Consumer<PairResult> progress) throws IOException {
    EvaluationReport report = measure(settings, progress);
    write("evaluation.json", report.json());
    return report;
  }

  /**
   * Generates for held-out samples and measures what came of it.
   *
   * @param progress told each task as it is done
   */
  public GenerationReport generate(
      GenerationSettings settings, Consumer<GenerationResult> progress) {
    Set<Integer> surroundings = Evaluator.surroundings(config);
    SampleLoading loading = loading(surroundings);
    GenerationScorers scorers =
        new GenerationScorers(
            data.modalities(),
            data.tokenizers(),
            !surroundings.isEmpty(),
            loading.read(data.trainingSamples(), settings.priorSamples()));
    List<EvaluationSample> samples = heldOut(loading, settings.samples());
    List<GenerationTask> tasks =
        settings.tasks().isEmpty()
            ? pairs().stream().map(GenerationTask::of).toList()
            : settings.tasks();
    List<GenerationResult> results = new ArrayList<>();
    List<UnmeasuredTask> unmeasured = new ArrayList<>();
    try (Generator generator = Generator.over(model, data.tokenizers())) {
      GenerationEvaluation evaluation =
          new GenerationEvaluation(generator, data.modalities(), scorers, samples, settings);
      for (GenerationTask task : tasks) {
        Optional<String> reason = evaluation.reasonAgainst(task);
        if (reason.isPresent()) {
          unmeasured.add(new UnmeasuredTask(task, reason.get()));
        } else {
          GenerationResult result = evaluation.measure(task);
          results.add(result);
          progress.accept(result);
        }
      }
    }
    return new GenerationReport(config.name(), step, results, unmeasured);
  }

  /** Generates, measures and writes {@code generation.json} into the run directory. */
  public GenerationReport generateAndWrite(
      GenerationSettings settings, Consumer<GenerationResult> progress) throws IOException {
    GenerationReport report = generate(settings, progress);
    write("generation.json", report.json());
    return report;
  }

  /** Makes a generator of the model and what evaluation looks at; it is closed first. */
  public Generator generator() {
    return Generator.over(model, data.tokenizers());
  }

  /**
   * Returns prompts of held-out samples, for figures: each shows one modality, as evaluation sees
   * it.
   *
   * @param samples evenly spread; those that lack the modality are left out
   */
  public List<Prompt> prompts(ModalityName input, int samples) {
    int place = place(input);
    List<Prompt> prompts = new ArrayList<>();
    for (EvaluationSample sample : heldOut(loading(Set.of()), samples)) {
      TokenizedModality tokens = sample.tokens().get(place);
      if (tokens != null) {
        prompts.add(
            new Prompt(sample.key(), prompts.size(), List.of(new Condition(input, tokens))));
      }
    }
    return prompts;
  }

  private void write(String name, String content) throws IOException {
    Path partial = directory.resolve("." + name + ".part");
    Files.writeString(partial, content);
    Files.move(
        partial,
        directory.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private SampleLoading loading(Set<Integer> surroundings) {
    return new SampleLoading(data, config.data().evaluation(), surroundings);
  }

  private List<EvaluationSample> heldOut(SampleLoading loading, int count) {
    return loading.read(
        data.heldOut().orElseThrow(() -> new IllegalStateException("checked when opened")), count);
  }

  /** Returns what scores a target; empty where no training sample has it. */
  private Optional<TargetScorer> scorer(int target, List<EvaluationSample> training) {
    List<EvaluationSample> having = training.stream().filter(sample -> sample.has(target)).toList();
    ModalitySpec spec = data.modalities().get(target);
    if (having.isEmpty() || !(spec.space() instanceof TokenSpace.Discrete ids)) {
      return Optional.empty();
    }
    if (spec.layout() instanceof TokenLayout.Sequence layout) {
      return Optional.of(new TextScorer(target, ids.vocabularySize(), layout, having));
    }
    GridScorer grid = new GridScorer(target, ids.vocabularySize(), spec.layout().places(), having);
    ModalityTokenizer tokenizer = data.tokenizers().get(target);
    Optional<FrameContent> content = SampleLoading.content(tokenizer);
    Optional<TokenCodec> codec = tokenizer.codec();
    List<EvaluationSample> framed =
        having.stream().filter(sample -> sample.frames().get(target) != null).toList();
    if (content.isEmpty() || codec.isEmpty() || framed.isEmpty()) {
      return Optional.of(grid);
    }
    return Optional.of(
        new FrameScorer(new FrameMeasures(target, codec.get(), content.get(), framed), grid));
  }

  private Optional<PairResult> measure(
      ModalityPair pair, TargetScorer scorer, List<EvaluationSample> samples, int batchSize) {
    int input = place(pair.input());
    int target = place(pair.target());
    boolean frames = scorer instanceof FrameScorer;
    List<EvaluationSample> having =
        samples.stream()
            .filter(sample -> sample.has(input) && sample.has(target))
            .filter(sample -> !frames || sample.frames().get(target) != null)
            .toList();
    if (having.isEmpty()) {
      return Optional.empty();
    }
    TargetScorer.Score score = scorer.start();
    for (int from = 0; from < having.size(); from += batchSize) {
      List<EvaluationSample> rows = having.subList(from, Math.min(having.size(), from + batchSize));
      predict(batches.of(pair, rows), predictions -> score.add(predictions, rows));
    }
    return Optional.of(new PairResult(pair, having.size(), score.metrics()));
  }

  private void predict(MaskedBatch batch, Consumer<Predictions> use) {
    try (PackedBatch packed = packer.pack(batch);
        StepScope scope = StepScope.open(model.parameters().manager())) {
      for (Predictions predictions :
          model.tokenPredictor().predict(packed, model.precision(), scope)) {
        if (predictions.count() > 0) {
          use.accept(predictions);
        }
      }
    }
  }

  /**
   * Predicts frames for figures, from part of the input.
   *
   * @param pair of an input on a grid that can be shown and a target that has frames
   * @param samples held-out samples
   * @param hidden share of the input's patches that the encoder is not given, in {@code [0, 1)}
   * @return empty where input or target are no pictures
   */
  public List<PredictedFrame> predict(ModalityPair pair, int samples, double hidden) {
    int input = place(pair.input());
    int target = place(pair.target());
    Optional<TokenCodec> codec = data.tokenizers().get(target).codec();
    Optional<FrameContent> content = SampleLoading.content(data.tokenizers().get(target));
    if (codec.isEmpty()
        || content.isEmpty()
        || !(data.modalities().get(input).layout() instanceof TokenLayout.Grid grid)) {
      return List.of();
    }
    FrameShape shape = FrameShape.of(codec.get());
    Optional<FrameShape> inputShape =
        data.tokenizers()
            .get(input)
            .codec()
            .filter(frames -> SampleLoading.content(data.tokenizers().get(input)).isPresent())
            .map(FrameShape::of);
    List<EvaluationSample> rows =
        heldOut(loading(Set.of()), samples).stream()
            .filter(sample -> sample.has(input) && sample.has(target))
            .filter(sample -> sample.frames().get(target) != null)
            .filter(sample -> shown(sample, input, inputShape).isPresent())
            .toList();
    if (rows.isEmpty()) {
      return List.of();
    }
    MaskedBatch batch = batches.of(pair, rows);
    batches.hide(batch, pair.input(), hidden);
    List<PredictedFrame> frames = new ArrayList<>();
    predict(
        batch,
        predictions -> {
          List<Planes> decoded = FrameScorer.decode(predictions, codec.get(), rows.size());
          for (int row = 0; row < rows.size(); row++) {
            EvaluationSample sample = rows.get(row);
            FrameTruth truth = Objects.requireNonNull(sample.frames().get(target));
            frames.add(
                new PredictedFrame(
                    pair,
                    sample.key(),
                    step,
                    shown(sample, input, inputShape).orElseThrow(),
                    SampleLoading.content(data.tokenizers().get(input))
                        .orElse(FrameContent.COLOURS),
                    grid,
                    seen(batch.parts().get(input), row),
                    decoded.get(row),
                    shape.planes(truth),
                    content.get()));
          }
        });
    return frames;
  }

  private static boolean[] seen(MaskedBatch.Part part, int row) {
    boolean[] seen = new boolean[part.places];
    for (int place = 0; place < seen.length; place++) {
      seen[place] = !part.encoderIgnored[row * part.places + place];
    }
    return seen;
  }

  /** Returns an input as planes: its frame, or its pixels put together again. */
  private Optional<Planes> shown(EvaluationSample sample, int input, Optional<FrameShape> shape) {
    FrameTruth frame = sample.frames().get(input);
    ModalitySpec spec = data.modalities().get(input);
    if (frame != null) {
      return Optional.of(shape.orElseThrow().planes(frame));
    }
    if (spec.space() instanceof TokenSpace.Pixels pixels
        && pixels.statistics().channels() == 3
        && spec.layout() instanceof TokenLayout.Grid grid
        && sample.tokens().get(input) instanceof TokenizedModality.PixelPatches patches) {
      return Optional.of(PatchPicture.join(patches, pixels, grid));
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    model.close();
    data.close();
  }
}
