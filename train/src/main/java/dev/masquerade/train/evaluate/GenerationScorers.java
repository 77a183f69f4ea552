package dev.masquerade.train.evaluate;

import dev.masquerade.data.scenes.SceneCaption;
import dev.masquerade.data.scenes.SceneColours;
import dev.masquerade.modality.BoxCodec;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.ObjectBox;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TextCodec;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.train.generate.GeneratedContent;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Chooses what scores a modality, and makes its constant answers from training samples. */
final class GenerationScorers {

  private final List<ModalitySpec> modalities;
  private final List<ModalityTokenizer> tokenizers;
  private final boolean scenes;
  private final List<EvaluationSample> training;

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
    ModalityTokenizer tokenizer = tokenizers.get(target);
    if (modalities.get(target).layout() instanceof TokenLayout.Grid grid) {
      return frames(target, tokenizer, grid);
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
          sample -> boxes(sample, target, boxes.get()),
          sample -> null);
    }
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (scenes && caption().filter(place -> place == target).isPresent()) {
      return answers(
          CaptionJudgements.ofScenes(),
          content -> SceneCaption.parse(text(content)),
          this::caption,
          sample -> null);
    }
    return answers(
        CaptionJudgements.ofTexts(),
        GenerationScorers::text,
        sample -> text(sample, target, text.get()),
        sample -> null);
  }

  private static @Nullable List<ObjectBox> boxes(
      EvaluationSample sample, int place, BoxCodec codec) {
    return sample.tokens().get(place) instanceof TokenizedModality.IdSequence ids
        ? codec.boxes(ids.ids())
        : null;
  }

  private Optional<GenerationScorer> frames(
      int target, ModalityTokenizer tokenizer, TokenLayout.Grid layout) {
    Optional<TokenCodec> codec = tokenizer.codec();
    Optional<FrameContent> content = SampleLoading.content(tokenizer);
    List<EvaluationSample> framed =
        training.stream().filter(sample -> sample.frames().get(target) != null).toList();
    if (codec.isEmpty()
        || content.isEmpty()
        || framed.isEmpty()
        || !(modalities.get(target).space() instanceof TokenSpace.Discrete ids)) {
      return Optional.empty();
    }
    GridScorer grid = new GridScorer(target, ids.vocabularySize(), layout.places(), framed);
    return Optional.of(
        GenerationScorer.frames(
            target, new FrameScorer(target, codec.get(), content.get(), grid, framed)));
  }

  /**
   * Returns what scores pictures made of texts, of which no pixel is right or wrong: how much of
   * the coloured area has the true colours, and whether those that the caption names are seen.
   * Empty unless captions are those of scenes.
   *
   * @param target of colours
   */
  Optional<GenerationScorer> colours(int target) {
    Optional<TokenCodec> codec = tokenizers.get(target).codec();
    if (!scenes || caption().isEmpty() || codec.isEmpty() || !isColours(target)) {
      return Optional.empty();
    }
    return answers(
        PictureColours.judgements(),
        content ->
            content instanceof GeneratedContent.Frame frame
                ? PictureColours.of(frame.planes())
                : PictureColours.NONE,
        sample -> colours(sample, target, codec.get()),
        sample ->
            sample.tokens().get(target) instanceof TokenizedModality.IdGrid grid
                ? PictureColours.of(codec.get().decode(grid.ids()))
                : null);
  }

  /** Returns the colours that the caption names and the area that they cover in the picture. */
  private @Nullable PictureColours colours(EvaluationSample sample, int place, TokenCodec codec) {
    SceneCaption caption = caption(sample);
    FrameTruth truth = sample.frames().get(place);
    if (caption == null || truth == null) {
      return null;
    }
    Planes shape = codec.decode(new int[codec.grid().places()]);
    Planes picture =
        EvaluationSample.planes(truth, shape.channels(), shape.height(), shape.width());
    return new PictureColours(CaptionJudgements.colours(caption), SceneColours.shares(picture));
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

  private @Nullable SceneCaption caption(EvaluationSample sample) {
    Optional<Integer> place = caption();
    if (place.isEmpty()) {
      return null;
    }
    String text = text(sample, place.get(), tokenizers.get(place.get()).text().orElseThrow());
    return text == null ? null : SceneCaption.parse(text);
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

  private static @Nullable String text(EvaluationSample sample, int place, TextCodec codec) {
    return sample.tokens().get(place) instanceof TokenizedModality.IdSequence ids
        ? codec.decode(ids.ids())
        : null;
  }

  private static String text(GeneratedContent content) {
    if (content instanceof GeneratedContent.Text text) {
      return text.text();
    }
    return content instanceof GeneratedContent.Boxes boxes ? boxes.text() : "";
  }
}
