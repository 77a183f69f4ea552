package dev.masquerade.train.evaluate;

import dev.masquerade.data.augment.Augmenter;
import dev.masquerade.data.pipeline.DecodedSample;
import dev.masquerade.data.pipeline.SampleReader;
import dev.masquerade.data.pipeline.UnusableSampleException;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.EmptyContentException;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.ObjectBox;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.View;
import dev.masquerade.modality.code.FrameCodec;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.train.RunData;
import dev.masquerade.train.evaluate.EvaluationSample.Said;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads samples with their truth, each looked at in the same way every time. */
final class SampleLoading {

  private static final Logger LOG = LoggerFactory.getLogger(SampleLoading.class);

  private final RunData data;
  private final List<ModalityTokenizer> tokenizers;
  private final Augmenter augmenter;
  private final SampleStreams streams;
  private final Set<Integer> surroundings;

  /**
   * Prepares.
   *
   * @param augmenter which part of a sample is looked at
   * @param surroundings classes that are no objects; empty where that is not known
   */
  SampleLoading(RunData data, Augmenter augmenter, Set<Integer> surroundings) {
    this.data = data;
    this.tokenizers = data.tokenizers();
    this.augmenter = augmenter;
    this.streams = data.streams();
    this.surroundings = surroundings;
  }

  /** Returns what the frames of a modality hold; empty where it has none. */
  static Optional<FrameContent> content(ModalityTokenizer tokenizer) {
    Optional<TokenCodec> codec = tokenizer.codec();
    return codec.isPresent() && codec.get() instanceof FrameCodec frames
        ? Optional.of(frames.frames().content())
        : Optional.empty();
  }

  /** Reads up to {@code count} samples, evenly spread; bad ones are left out. */
  List<EvaluationSample> read(SampleReader reader, int count) {
    long all = reader.sampleCount();
    long wanted = Math.min(all, count);
    return LongStream.range(0, wanted)
        .parallel()
        .mapToObj(i -> read(reader, i * all / wanted))
        .filter(Objects::nonNull)
        .map(Objects::requireNonNull)
        .toList();
  }

  private @Nullable EvaluationSample read(SampleReader reader, long place) {
    try {
      DecodedSample decoded = reader.read(place);
      View view = augmenter.view(decoded.frame(), streams.stream(0, decoded.key(), Purpose.VIEW));
      List<@Nullable TokenizedModality> tokens = new ArrayList<>();
      for (int m = 0; m < tokenizers.size(); m++) {
        tokens.add(tokens(decoded.modality(m), view));
      }
      return new EvaluationSample(
          decoded.key(), tokens, frames(decoded, tokens, view), said(decoded, tokens, view));
    } catch (UnusableSampleException | BadSampleException e) {
      LOG.warn("sample left out of evaluation: {}", e.getMessage());
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable TokenizedModality tokens(Optional<DecodedModality> modality, View view)
      throws BadSampleException {
    try {
      return modality.isPresent() ? modality.get().tokenize(view) : null;
    } catch (EmptyContentException e) {
      // As in training: the sample lacks the modality.
      return null;
    }
  }

  private List<@Nullable Said> said(
      DecodedSample decoded, List<@Nullable TokenizedModality> tokens, View view)
      throws BadSampleException {
    List<@Nullable Said> said = new ArrayList<>();
    for (int m = 0; m < tokenizers.size(); m++) {
      // Without tokens the sample lacks the modality, as it does in training.
      TokenizedModality own = tokens.get(m);
      Optional<DecodedModality> modality = decoded.modality(m);
      said.add(
          own instanceof TokenizedModality.IdSequence ids && modality.isPresent()
              ? said(tokenizers.get(m), modality.get(), ids.ids(), view)
              : null);
    }
    return said;
  }

  /** Returns what is stored, else what stored tokens say. */
  private static @Nullable Said said(
      ModalityTokenizer tokenizer, DecodedModality modality, int[] ids, View view)
      throws BadSampleException {
    if (tokenizer.boxes().isPresent()) {
      Optional<List<ObjectBox>> boxes = modality.boxes(view);
      return Said.boxes(boxes.isPresent() ? boxes.get() : tokenizer.boxes().get().boxes(ids));
    }
    if (tokenizer.text().isPresent()) {
      Optional<String> text = modality.text(view);
      return Said.text(text.isPresent() ? text.get() : tokenizer.text().get().decode(ids));
    }
    return null;
  }

  private List<@Nullable FrameTruth> frames(
      DecodedSample decoded, List<@Nullable TokenizedModality> tokens, View view)
      throws BadSampleException {
    List<@Nullable FrameTruth> frames = new ArrayList<>();
    boolean @Nullable [] objects = null;
    for (int m = 0; m < tokenizers.size(); m++) {
      Optional<FrameContent> content = content(tokenizers.get(m));
      Optional<Planes> planes =
          content.isPresent() ? planes(decoded, m, tokens.get(m), view) : Optional.empty();
      if (planes.isEmpty() || content.isEmpty()) {
        frames.add(null);
      } else if (content.get() == FrameContent.CLASSES) {
        FrameTruth truth = FrameTruth.ofClasses(planes.get());
        frames.add(truth);
        objects = objects == null ? objects(truth) : objects;
      } else {
        frames.add(new FrameTruth(planes.get().values(), new char[0], null));
      }
    }
    for (int m = 0; m < frames.size(); m++) {
      FrameTruth truth = frames.get(m);
      boolean distances =
          content(tokenizers.get(m)).filter(kind -> kind == FrameContent.DEPTH).isPresent();
      if (truth != null
          && distances
          && objects != null
          && objects.length == truth.values().length) {
        frames.set(m, truth.withObjects(objects));
      }
    }
    return frames;
  }

  /** Returns the picture as stored, else what its stored tokens stand for. */
  private Optional<Planes> planes(
      DecodedSample decoded, int m, @Nullable TokenizedModality tokens, View view)
      throws BadSampleException {
    for (int place : new int[] {m, data.truthOf(m)}) {
      Optional<DecodedModality> modality = decoded.modality(place);
      Optional<Planes> planes =
          modality.isPresent() ? modality.get().planes(view) : Optional.empty();
      if (planes.isPresent()) {
        return planes;
      }
    }
    Optional<TokenCodec> codec = tokenizers.get(m).codec();
    return codec.isPresent() && tokens instanceof TokenizedModality.IdGrid grid
        ? Optional.of(codec.get().decode(grid.ids()))
        : Optional.empty();
  }

  private boolean @Nullable [] objects(FrameTruth truth) {
    if (surroundings.isEmpty()) {
      return null;
    }
    boolean[] objects = new boolean[truth.classes().length];
    for (int pixel = 0; pixel < objects.length; pixel++) {
      char id = truth.classes()[pixel];
      objects[pixel] = id != FrameTruth.NO_CLASS && !surroundings.contains((int) id);
    }
    return objects;
  }
}
