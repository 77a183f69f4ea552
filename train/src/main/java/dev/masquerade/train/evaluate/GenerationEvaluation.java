package dev.masquerade.train.evaluate;

import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.model.sample.SamplingListener;
import dev.masquerade.model.sample.SamplingPlan;
import dev.masquerade.train.generate.Condition;
import dev.masquerade.train.generate.GeneratedContent;
import dev.masquerade.train.generate.GeneratedModality;
import dev.masquerade.train.generate.GeneratedSample;
import dev.masquerade.train.generate.Generator;
import dev.masquerade.train.generate.PictureInputs;
import dev.masquerade.train.generate.Prompt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Generates for held-out samples and measures what came of it.
 *
 * <p>Frames are measured by their pixels, texts by what they say. A picture made of a text is
 * measured by the colours it shows and by the caption that the model reads off it; the same reading
 * of the true picture is the bound.
 */
final class GenerationEvaluation {

  private final Generator generator;
  private final List<ModalitySpec> modalities;
  private final GenerationScorers scorers;
  private final List<EvaluationSample> heldOut;
  private final GenerationSettings settings;

  /** What is read off true pictures, which no task changes. */
  private final Map<Reading, List<MetricComparison>> readings = new HashMap<>();

  /**
   * True pictures to be read.
   *
   * @param target what they are
   * @param samples whose they are, in order, by which random numbers are drawn
   */
  private record Reading(int target, List<EvaluationSample> samples) {}

  GenerationEvaluation(
      Generator generator,
      List<ModalitySpec> modalities,
      GenerationScorers scorers,
      List<EvaluationSample> heldOut,
      GenerationSettings settings) {
    this.generator = generator;
    this.modalities = modalities;
    this.scorers = scorers;
    this.heldOut = heldOut;
    this.settings = settings;
  }

  /** Says why a task cannot be measured; empty where it can. */
  Optional<String> reasonAgainst(GenerationTask task) {
    Optional<GenerationScorer> scorer = scorer(task);
    if (scorer.isEmpty()) {
      return Optional.of(
          isImagined(task)
              ? "what is made of text is measured by captions of scenes alone"
              : scorers.reasonAgainst(place(task.measured())));
    }
    return having(task, scorer.get()).isEmpty()
        ? Optional.of("no held-out sample has both, with something to compare with")
        : Optional.empty();
  }

  private Optional<GenerationScorer> scorer(GenerationTask task) {
    int target = place(task.measured());
    return isImagined(task) ? scorers.colours(target) : scorers.of(target);
  }

  /** Says whether a picture is made of text, of which no pixel is right or wrong. */
  private boolean isImagined(GenerationTask task) {
    return scorers.isColours(place(task.measured())) && isText(task.input());
  }

  private List<EvaluationSample> having(GenerationTask task, GenerationScorer scorer) {
    int input = place(task.input());
    int target = place(task.measured());
    return heldOut.stream()
        .filter(sample -> sample.has(input) && sample.has(target))
        .filter(scorer::judges)
        .toList();
  }

  /**
   * Measures a task.
   *
   * @throws java.util.NoSuchElementException if there is a {@linkplain #reasonAgainst reason} why
   *     it cannot be
   */
  GenerationResult measure(GenerationTask task) {
    int target = place(task.measured());
    boolean imagined = isImagined(task);
    GenerationScorer scorer = scorer(task).orElseThrow();
    List<EvaluationSample> having = having(task, scorer);
    GenerationScorer.Score score = scorer.start();
    List<GeneratedModality> made = new ArrayList<>();
    for (GeneratedSample sample : generate(task, having)) {
      made.add(sample.find(task.measured()).orElseThrow());
    }
    for (int i = 0; i < made.size(); i++) {
      score.add(made.get(i).content(), having.get(i));
    }
    List<MetricComparison> metrics = new ArrayList<>(score.metrics());
    if (imagined) {
      metrics.addAll(readBack(target, made, having));
    }
    return new GenerationResult(task, having.size(), metrics);
  }

  /** Generates for some samples, each from its own input. */
  private List<GeneratedSample> generate(GenerationTask task, List<EvaluationSample> samples) {
    int input = place(task.input());
    return generateFrom(
        task,
        samples.stream()
            .map(sample -> Objects.requireNonNull(sample.tokens().get(input)))
            .toList());
  }

  private List<GeneratedSample> generateFrom(GenerationTask task, List<TokenizedModality> inputs) {
    SamplingPlan plan =
        generator.defaultPlan(Set.of(task.input()), task.targets(), settings.seed());
    List<GeneratedSample> made = new ArrayList<>();
    for (int from = 0; from < inputs.size(); from += settings.batchSize()) {
      List<Prompt> prompts = new ArrayList<>();
      for (int i = from; i < Math.min(inputs.size(), from + settings.batchSize()); i++) {
        prompts.add(
            new Prompt("sample " + i, i, List.of(new Condition(task.input(), inputs.get(i)))));
      }
      made.addAll(generator.generate(prompts, plan, SamplingListener.NONE));
    }
    return made;
  }

  /**
   * Lets the model caption what it made and, for the bound, the true pictures after the tokenizer.
   * It looks at their pixels where it can see pixels, else at their ids.
   *
   * @return the measures of captions, named as read back; none where it cannot see pictures or
   *     writes no captions
   */
  private List<MetricComparison> readBack(
      int target, List<GeneratedModality> made, List<EvaluationSample> samples) {
    Optional<Integer> caption = scorers.caption();
    if (caption.isEmpty() || !modalities.get(caption.get()).isTarget()) {
      return List.of();
    }
    Optional<GenerationScorer> scorer = scorers.of(caption.get());
    List<Condition> imagined = seen(target, made.stream().map(GeneratedModality::ids).toList());
    if (scorer.isEmpty() || imagined.isEmpty()) {
      return List.of();
    }
    ModalityName said = modalities.get(caption.get()).name();
    List<MetricComparison> most =
        readings.computeIfAbsent(
            new Reading(target, samples), truth -> read(truth, said, scorer.get()));
    if (most.isEmpty()) {
      return List.of();
    }
    List<MetricComparison> own = read(imagined, said, scorer.get(), samples);
    List<MetricComparison> both = new ArrayList<>();
    for (int m = 0; m < own.size(); m++) {
      both.add(own.get(m).readBack(most.get(m).model()));
    }
    return both;
  }

  /** Reads captions off true pictures after their tokenizer; none where the model cannot. */
  private List<MetricComparison> read(Reading truth, ModalityName said, GenerationScorer scorer) {
    List<int[]> ids = new ArrayList<>();
    for (EvaluationSample sample : truth.samples()) {
      if (sample.tokens().get(truth.target()) instanceof TokenizedModality.IdGrid grid) {
        ids.add(grid.ids());
      }
    }
    List<Condition> pictures =
        ids.size() == truth.samples().size() ? seen(truth.target(), ids) : List.of();
    return pictures.isEmpty() ? List.of() : read(pictures, said, scorer, truth.samples());
  }

  /** Returns pictures of given ids as the model can see them; none where it cannot. */
  private List<Condition> seen(int target, List<int[]> rows) {
    ModalityName name = modalities.get(target).name();
    List<GeneratedContent> contents = List.of();
    for (ModalityName input : PictureInputs.of(generator.modalities())) {
      if (input.equals(name)) {
        return rows.stream()
            .map(ids -> new Condition(name, new TokenizedModality.IdGrid(ids)))
            .toList();
      }
      contents = contents.isEmpty() ? generator.decode(name, rows) : contents;
      List<Condition> conditions = pixels(input, contents);
      if (conditions.size() == rows.size()) {
        return conditions;
      }
    }
    return List.of();
  }

  /** Returns pictures as pixels of an input; fewer where that takes none of their size. */
  private List<Condition> pixels(ModalityName input, List<GeneratedContent> contents) {
    ModalitySpec spec = modalities.get(place(input));
    List<Condition> conditions = new ArrayList<>();
    if (spec.space() instanceof TokenSpace.Pixels pixels
        && spec.layout() instanceof TokenLayout.Grid grid) {
      for (GeneratedContent content : contents) {
        if (content instanceof GeneratedContent.Frame frame) {
          PatchPicture.cut(frame.planes(), pixels, grid)
              .ifPresent(patches -> conditions.add(new Condition(input, patches)));
        }
      }
    }
    return conditions;
  }

  private List<MetricComparison> read(
      List<Condition> pictures,
      ModalityName said,
      GenerationScorer scorer,
      List<EvaluationSample> samples) {
    GenerationTask reading = new GenerationTask(pictures.get(0).modality(), List.of(said));
    List<GeneratedSample> captions =
        generateFrom(reading, pictures.stream().map(Condition::tokens).toList());
    GenerationScorer.Score score = scorer.start();
    for (int i = 0; i < captions.size(); i++) {
      score.add(captions.get(i).find(said).orElseThrow().content(), samples.get(i));
    }
    return score.metrics();
  }

  private boolean isText(ModalityName name) {
    return modalities.get(place(name)).layout() instanceof TokenLayout.Sequence;
  }

  private int place(ModalityName name) {
    return ModalityPlaces.of(modalities, name);
  }
}
