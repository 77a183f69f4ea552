package dev.masquerade.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.masquerade.modality.BoxCodec;
import dev.masquerade.modality.DecodedModality;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.ModalitySpec;
import dev.masquerade.modality.ModalityTokenizer;
import dev.masquerade.modality.ObjectBox;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.Role;
import dev.masquerade.modality.SpanMarks;
import dev.masquerade.modality.TextCodec;
import dev.masquerade.modality.TokenCodec;
import dev.masquerade.modality.TokenLayout;
import dev.masquerade.modality.TokenSpace;
import dev.masquerade.modality.TokenizedModality;
import dev.masquerade.modality.code.FrameCodec;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.modality.code.FrameFormat;
import dev.masquerade.train.evaluate.EvaluationSample.Said;
import dev.masquerade.train.generate.GeneratedContent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GenerationScorersTest {

  private static final ObjectBox STORED = new ObjectBox(0, 0, 0.5, 0.9, "cube");
  private static final ObjectBox IN_BINS = new ObjectBox(0, 0, 0.5, 1, "cube");
  private static final ObjectBox TOO_MANY = new ObjectBox(0.6, 0.6, 0.9, 0.9, "cone");

  /** Writes numbers for words; ids of boxes all stand for one box. */
  private static ModalityTokenizer words(String name, boolean asBoxes) {
    ModalitySpec spec =
        new ModalitySpec(
            new ModalityName(name),
            new TokenSpace.Discrete(100),
            new TokenLayout.Sequence(8, new SpanMarks(0, 3, 4, 8), TokenLayout.Unit.TOKEN),
            Set.of(Role.INPUT, Role.TARGET));
    return new ModalityTokenizer() {
      @Override
      public ModalitySpec spec() {
        return spec;
      }

      @Override
      public Set<String> extensions() {
        return Set.of();
      }

      @Override
      public DecodedModality decode(byte[] bytes, String extension) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Optional<TextCodec> text() {
        return asBoxes ? Optional.empty() : Optional.of(new Numbers());
      }

      @Override
      public Optional<BoxCodec> boxes() {
        return asBoxes ? Optional.of(ids -> List.of(IN_BINS)) : Optional.empty();
      }
    };
  }

  private static final class Numbers implements TextCodec {
    @Override
    public int[] encode(String text) {
      return Arrays.stream(text.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    }

    @Override
    public String decode(int[] ids) {
      return Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }

    @Override
    public String token(int id) {
      return Integer.toString(id);
    }
  }

  private static List<MetricComparison> measure(
      ModalityTokenizer tokenizer, Said stored, GeneratedContent said) {
    EvaluationSample sample =
        new EvaluationSample(
            "sample",
            List.of(new TokenizedModality.IdSequence(new int[] {20, 21})),
            Arrays.asList((FrameTruth) null),
            List.of(stored));
    GenerationScorers scorers =
        new GenerationScorers(
            List.of(tokenizer.spec()), List.of(tokenizer), false, List.of(sample));
    GenerationScorer scorer = scorers.of(0).orElseThrow();
    assertThat(scorer.judges(sample)).isTrue();
    GenerationScorer.Score score = scorer.start();
    score.add(said, sample);
    return score.metrics();
  }

  @Test
  void boxes_areMeasuredAgainstWhatIsStoredBesideWhatTokensHold() {
    List<MetricComparison> metrics =
        measure(
            words("det", true),
            Said.boxes(List.of(STORED, TOO_MANY)),
            new GeneratedContent.Boxes(List.of(IN_BINS), ""));
    MetricComparison overlap = metrics.get(0);
    assertThat(overlap.name()).isEqualTo("box_iou");
    assertThat(overlap.model()).isCloseTo(0.9 / 2, within(1e-9));
    assertThat(overlap.bound()).hasValue(overlap.model());
    assertThat(overlap.prior()).as("the stored boxes themselves").isEqualTo(1);
    MetricComparison count = metrics.get(2);
    assertThat(count.name()).isEqualTo("count_right");
    assertThat(count.model()).isZero();
    assertThat(count.bound()).hasValue(0);
  }

  @Test
  void texts_areMeasuredAgainstWhatIsStoredBesideWhatTokensHold() {
    MetricComparison words =
        measure(
                words("notes", false),
                Said.text("20 21 22 23"),
                new GeneratedContent.Text("20 21 22 23"))
            .get(0);
    assertThat(words.model()).isEqualTo(1);
    assertThat(words.bound().orElseThrow()).isCloseTo(2 * 2.0 / 6, within(1e-9));
  }

  @Test
  void priorsAndBoundsOfATarget_areMadeOnce() {
    ModalityTokenizer depth =
        new FrameModality(FrameContent.DEPTH).open(ModalitySettings.of("tok_depth@8"));
    Counting codec = new Counting((FrameCodec) depth.codec().orElseThrow());
    ModalityTokenizer counted =
        new ModalityTokenizer() {
          @Override
          public ModalitySpec spec() {
            return depth.spec();
          }

          @Override
          public Set<String> extensions() {
            return depth.extensions();
          }

          @Override
          public DecodedModality decode(byte[] bytes, String extension) {
            throw new UnsupportedOperationException();
          }

          @Override
          public Optional<TokenCodec> codec() {
            return Optional.of(codec);
          }
        };
    Random random = new Random(4);
    List<EvaluationSample> training =
        random
            .ints(20)
            .mapToObj(
                seed ->
                    new EvaluationSample(
                        "sample " + seed,
                        List.of(new TokenizedModality.IdGrid(new int[codec.grid().places()])),
                        List.of(new FrameTruth(new float[64], new char[0], null)),
                        Arrays.asList((Said) null)))
            .toList();
    GenerationScorers scorers =
        new GenerationScorers(List.of(depth.spec()), List.of(counted), false, training);
    GenerationScorer first = scorers.of(0).orElseThrow();
    assertThat(scorers.of(0)).containsSame(first);
    assertThat(codec.decoded).isEqualTo(1);

    for (int task = 0; task < 3; task++) {
      GenerationScorer.Score score = first.start();
      GeneratedContent frame =
          new GeneratedContent.Frame(Planes.zeros(1, 8, 8), Optional.of(FrameContent.DEPTH));
      training.subList(0, 4).forEach(sample -> score.add(frame, sample));
      assertThat(score.metrics()).isNotEmpty();
    }
    assertThat(codec.decoded).as("one blank frame, and each truth once").isEqualTo(1 + 4);
  }

  /** Counts frames that are decoded. */
  private static final class Counting implements FrameCodec {
    private final FrameCodec codec;
    private int decoded;

    Counting(FrameCodec codec) {
      this.codec = codec;
    }

    @Override
    public FrameFormat frames() {
      return codec.frames();
    }

    @Override
    public int vocabularySize() {
      return codec.vocabularySize();
    }

    @Override
    public TokenLayout.Grid grid() {
      return codec.grid();
    }

    @Override
    public int[] encode(Planes frame) {
      return codec.encode(frame);
    }

    @Override
    public Planes decode(int[] ids) {
      decoded++;
      return codec.decode(ids);
    }

    @Override
    public Planes decodeExpected(float[] probabilities) {
      return codec.decodeExpected(probabilities);
    }
  }
}
