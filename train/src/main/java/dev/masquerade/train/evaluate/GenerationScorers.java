package dev.masquerade.train.evaluate;

import dev.masquerade.data.scenes.SceneCaption;
import dev.masquerade.data.scenes.SceneColours;
import dev.masquerade.modality.BoxCodec;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.ObjectBox;
import dev.masquerade.modality.TextCodec;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.train.generate.GeneratedContent;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what scores a modality, and makes its constant answers from training samples: once, for
 * any number of tasks.
 */
final class GenerationScorers {

  private final List<ModalitySpec> modalities;
  private final List<ModalityTokenizer> tokenizers;
  private final boolean scenes;
  private final List<EvaluationSample> training;
  private final Map<Integer, Optional<GenerationScorer>> alone = new HashMap<>();
  private final Map<Integer, Optional<GenerationScorer>> coloured = new HashMap<>();

  /**
   * Prepares.
   *
   * @param scenes whether captions are those of scenes we rendered
   */
  GenerationScorers(
      List<ModalitySpec> modalities,
      List<ModalityTokenizer> tokenizers,
      boolean scenes,
      List<EvaluationSample> training) {
    this.modalities = modalities;
    this.tokenizers = tokenizers;
    this.scenes = scenes;
    this.training = training;
  }

  /** Returns what scores a modality by itself; empty where nothing can be said of it. */
  Optional<GenerationScorer> of(int target) {
    return alone.computeIfAbsent(target, this::make);
  }

  /** Says why nothing scores a modality. */
  String reasonAgainst(int target) {
    ModalityTokenizer tokenizer = tokenizers.get(target);
    boolean grid = modalities.get(target).layout() instanceof TokenLayout.Grid;
    boolean readable =
        grid
            ? SampleLoading.content(tokenizer).isPresent()
            : tokenizer.text().isPresent() || tokenizer.boxes().isPresent();
    if (readable && modalities.get(target).space() instanceof TokenSpace.Discrete) {
      return "no training sample has something to compare "
          + modalities.get(target).name()
          + " with";
    }
    return modalities.get(target).name()
        + " holds "
        + (grid && tokenizer.codec().isPresent()
            ? "features"
            : grid ? "ids without a tokenizer" : "ids that are no text")
        + ", for which there is no measure";
  }

  private Optional<GenerationScorer> make(int target) {
    ModalityTokenizer tokenizer = tokenizers.get(target);
    if (modalities.get(target).layout() instanceof TokenLayout.Grid) {
      return frames(target, tokenizer);
    }
    Optional<TextCodec> text = tokenizer.text();
    Optional<BoxCodec> boxes = tokenizer.boxes();
    if (boxes.isPresent()) {
      return answers(
          BoxJudgements.all(),
          content ->
              content instanceof GeneratedContent.Boxes found
                  ? found.boxes()
                  : List.<ObjectBox>of(),
          sample -> sample.boxes(target),
          sample -> ofTokens(sample, target, boxes.get()::boxes));
    }
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Function<EvaluationSample, @Nullable String> rebuilt =
        sample -> ofTokens(sample, target, text.get()::decode);
    if (scenes && caption().filter(place -> place == target).isPresent()) {
      return answers(
          CaptionJudgements.ofScenes(),
          content -> SceneCaption.parse(text(content)),
          sample -> parsed(sample.text(target)),
          sample -> parsed(rebuilt.apply(sample)));
    }
    return answers(
        CaptionJudgements.ofTexts(),
        GenerationScorers::text,
        sample -> sample.text(target),
        rebuilt);
  }

  /** Returns what the tokens of a sample say by themselves. */
  private static <T> @Nullable T ofTokens(
      EvaluationSample sample, int place, Function<int[], T> decoded) {
    return sample.tokens().get(place) instanceof TokenizedModality.IdSequence ids
        ? decoded.apply(ids.ids())
        : null;
  }

  private static @Nullable SceneCaption parsed(@Nullable String text) {
    return text == null ? null : SceneCaption.parse(text);
  }

  private Optional<GenerationScorer> frames(int target, ModalityTokenizer tokenizer) {
    Optional<TokenCodec> codec = tokenizer.codec();
    Optional<FrameContent> content = SampleLoading.content(tokenizer);
    List<EvaluationSample> framed =
        training.stream().filter(sample -> sample.frames().get(target) != null).toList();
    if (codec.isEmpty()
        || content.isEmpty()
        || framed.isEmpty()
        || !(modalities.get(target).space() instanceof TokenSpace.Discrete)) {
      return Optional.empty();
    }
    return Optional.of(
        GenerationScorer.frames(
            target, new FrameMeasures(target, codec.get(), content.get(), framed)));
  }

  /**
   * Returns what scores pictures made of texts, of which no pixel is right or wrong: how much of
   * the coloured area has the true colours, and whether those that the caption names are seen.
   * Empty unless captions are those of scenes.
   *
   * @param target of colours
   */
  Optional<GenerationScorer> colours(int target) {
    return coloured.computeIfAbsent(target, this::makeColours);
  }

  private Optional<GenerationScorer> makeColours(int target) {
    Optional<TokenCodec> codec = tokenizers.get(target).codec();
    if (!scenes || caption().isEmpty() || codec.isEmpty() || !isColours(target)) {
      return Optional.empty();
    }
    FrameShape shape = FrameShape.of(codec.get());
    return answers(
        PictureColours.judgements(),
        content ->
            content instanceof GeneratedContent.Frame frame
                ? PictureColours.of(frame.planes())
                : PictureColours.NONE,
        once(sample -> colours(sample, target, shape)),
        once(
            sample ->
                sample.tokens().get(target) instanceof TokenizedModality.IdGrid grid
                    ? PictureColours.of(codec.get().decode(grid.ids()))
                    : null));
  }

  /** Asks once of each sample: the same samples are measured in task after task. */
  private static <T> Function<EvaluationSample, @Nullable T> once(
      Function<EvaluationSample, @Nullable T> asked) {
    IdentityHashMap<EvaluationSample, Optional<T>> answers = new IdentityHashMap<>();
    return sample ->
        answers.computeIfAbsent(sample, one -> Optional.ofNullable(asked.apply(one))).orElse(null);
  }

  /** Returns the colours that the caption names and the area that they cover in the picture. */
  private @Nullable PictureColours colours(EvaluationSample sample, int place, FrameShape shape) {
    Optional<Integer> words = caption();
    FrameTruth truth = sample.frames().get(place);
    SceneCaption caption = words.isEmpty() ? null : parsed(sample.text(words.get()));
    return caption == null || truth == null
        ? null
        : new PictureColours(
            CaptionJudgements.colours(caption), SceneColours.shares(shape.planes(truth)));
  }

  /** Says whether the frames of a modality are pictures. */
  boolean isColours(int target) {
    return SampleLoading.content(tokenizers.get(target))
        .filter(content -> content == FrameContent.COLOURS)
        .isPresent();
  }

  /** Returns the place of the captions of scenes; empty where there are none. */
  Optional<Integer> caption() {
    for (int m = 0; m < modalities.size(); m++) {
      if (scenes && modalities.get(m).name().base().equals("caption")) {
        return tokenizers.get(m).text().isPresent() ? Optional.of(m) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private <T> Optional<GenerationScorer> answers(
      List<Judgement<T>> judgements,
      Function<GeneratedContent, T> answer,
      Function<EvaluationSample, @Nullable T> truth,
      Function<EvaluationSample, @Nullable T> best) {
    List<T> known =
        training.stream()
            .map(truth)
            .filter(Objects::nonNull)
            .<T>map(Objects::requireNonNull)
            .toList();
    if (known.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        GenerationScorer.answers(new AnswerScorer<>(judgements, known), answer, truth, best));
  }

  private static String text(GeneratedContent content) {
    if (content instanceof GeneratedContent.Text text) {
      return text.text();
    }
    return content instanceof GeneratedContent.Boxes boxes ? boxes.text() : "";
  }
}
