package dev.masquerade.modality.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.masquerade.modality.InvalidSettingsException;
import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatchCodebookTest {

  private static final int SIZE = 32;
  private static final int PATCH = 8;
  private static final int CODES = 40;
  private static final int CLASSES = 5;

  private static PatchCodebook colours() {
    return PatchCodebook.fit(
        TestFrames.colours(40, SIZE, 1),
        CodebookSettings.of(FrameContent.COLOURS, 0, SIZE, PATCH, CODES, 9));
  }

  private static PatchCodebook classes() {
    CodebookTrainer trainer =
        new CodebookTrainer(
            CodebookSettings.of(FrameContent.CLASSES, CLASSES, SIZE, PATCH, CODES, 9));
    TestFrames.maps(60, SIZE, 1).forEach(trainer::addClasses);
    return trainer.fit();
  }

  /** The nearest code by looking at every number of every code. */
  private static int slow(PatchCodebook codebook, float[] patch) {
    float[] codes = codebook.codes();
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int code = 0; code < codebook.vocabularySize(); code++) {
      double distance = 0;
      for (int i = 0; i < patch.length; i++) {
        double difference = patch[i] - codes[code * patch.length + i];
        distance += difference * difference;
      }
      if (distance < least - 1e-9) {
        least = distance;
        best = code;
      }
    }
    return best;
  }

  @Test
  void encode_findsTheNearestCode() {
    PatchCodebook codebook = colours();
    int width = PATCH * PATCH * 3;
    for (Planes frame : TestFrames.colours(10, SIZE, 77)) {
      int[] ids = codebook.encode(frame);
      float[] patches = new PatchCutter(codebook.settings()).cut(frame);
      for (int place = 0; place < ids.length; place++) {
        float[] patch = new float[width];
        System.arraycopy(patches, place * width, patch, 0, width);
        assertThat(ids[place]).isEqualTo(slow(codebook, patch));
      }
    }
  }

  @Test
  void decode_rebuildsAFrameBetterThanItsMeanDoes() {
    PatchCodebook codebook = colours();
    double lost = 0;
    double spread = 0;
    for (Planes frame : TestFrames.colours(10, SIZE, 77)) {
      Planes rebuilt = codebook.decode(codebook.encode(frame));
      double mean = 0;
      for (float value : frame.values()) {
        mean += value / frame.values().length;
      }
      for (int i = 0; i < frame.values().length; i++) {
        lost += Math.pow(frame.values()[i] - rebuilt.values()[i], 2);
        spread += Math.pow(frame.values()[i] - mean, 2);
      }
    }
    assertThat(lost).isLessThan(0.5 * spread);
  }

  @Test
  void everyCodeDecodesToItselfAgain() {
    PatchCodebook codebook = colours();
    int[] ids = new int[16];
    for (int first = 0; first + 16 <= CODES; first += 16) {
      for (int i = 0; i < 16; i++) {
        ids[i] = first + i;
      }
      assertThat(codebook.encode(codebook.decode(ids))).isEqualTo(ids);
    }
  }

  @Test
  void expectedFrame_isTheWeightedMeanOfCodes() {
    PatchCodebook codebook = colours();
    float[] probabilities = new float[16 * CODES];
    int[] likelier = new int[16];
    int[] other = new int[16];
    for (int place = 0; place < 16; place++) {
      likelier[place] = place;
      other[place] = CODES - 1 - place;
      probabilities[place * CODES + place] = 0.75f;
      probabilities[place * CODES + CODES - 1 - place] = 0.25f;
    }
    Planes expected = codebook.decodeExpected(probabilities);
    Planes first = codebook.decode(likelier);
    Planes second = codebook.decode(other);
    for (int i = 0; i < expected.values().length; i++) {
      assertThat(expected.values()[i])
          .isCloseTo(0.75f * first.values()[i] + 0.25f * second.values()[i], within(1e-6f));
    }
  }

  @Test
  void classMaps_decodeToProbabilities() {
    PatchCodebook codebook = classes();
    char[] map = TestFrames.maps(1, SIZE, 5).get(0);
    Planes decoded = codebook.decode(codebook.encodeClasses(map));
    assertThat(decoded.channels()).isEqualTo(CLASSES);
    int right = 0;
    for (int pixel = 0; pixel < map.length; pixel++) {
      float sum = 0;
      int likeliest = 0;
      for (int number = 0; number < CLASSES; number++) {
        float probability = decoded.values()[number * map.length + pixel];
        sum += probability;
        if (probability > decoded.values()[likeliest * map.length + pixel]) {
          likeliest = number;
        }
      }
      assertThat(sum).isCloseTo(1, within(1e-4f));
      right += likeliest == map[pixel] ? 1 : 0;
    }
    assertThat(right).isGreaterThan(map.length * 8 / 10);
  }

  @Test
  void classMapsAndTheirPlanes_haveEqualIds() {
    PatchCodebook codebook = classes();
    for (char[] map : TestFrames.maps(10, SIZE, 6)) {
      assertThat(codebook.encodeClasses(map))
          .isEqualTo(codebook.encode(TestFrames.oneHot(map, SIZE, CLASSES)));
    }
  }

  @Test
  void equalFramesAndSeed_giveEqualCodebooks() {
    assertThat(colours().codes()).isEqualTo(colours().codes());
    assertThat(classes().codes()).isEqualTo(classes().codes());
  }

  @Test
  void statistics_countWhatWasFitted() {
    PatchCodebook codebook = colours();
    CodebookStatistics statistics = codebook.statistics();
    long used = 0;
    for (int code = 0; code < CODES; code++) {
      used += codebook.usage(code);
    }
    assertThat(statistics.patches()).isEqualTo(40 * 16);
    assertThat(used).isEqualTo(40 * 16);
    assertThat(statistics.usedCodes()).isBetween(CODES / 2, CODES);
    assertThat(statistics.perplexity()).isBetween(CODES / 4.0, (double) CODES);
    assertThat(statistics.error()).isBetween(0.0, 0.2);
    assertThat(codebook.usage(0)).isGreaterThanOrEqualTo(codebook.usage(CODES - 1));
  }

  @Test
  void savedCodebook_isTheSameWhenLoaded(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("codebooks/rgb.npz");
    PatchCodebook codebook = colours();
    codebook.save(file);
    byte[] first = Files.readAllBytes(file);
    PatchCodebook loaded = PatchCodebook.load(file);
    assertThat(loaded.codes()).isEqualTo(codebook.codes());
    assertThat(loaded.statistics()).isEqualTo(codebook.statistics());
    assertThat(loaded.grid()).isEqualTo(new TokenLayout.Grid(4, 4));
    loaded.save(file);
    assertThat(Files.readAllBytes(file)).isEqualTo(first);
  }

  @Test
  void fileThatIsNoCodebook_isRefused(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("tokenizer.json");
    assertThatThrownBy(() -> PatchCodebook.load(file))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("does not exist");
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> PatchCodebook.load(file))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("not a patch codebook");
  }

  @Test
  void fewerPatchesThanCodes_areRefused() {
    List<Planes> one = TestFrames.colours(1, SIZE, 1);
    assertThatThrownBy(
            () ->
                PatchCodebook.fit(
                    one, CodebookSettings.of(FrameContent.COLOURS, 0, SIZE, PATCH, CODES, 9)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ask for fewer codes");
  }
}
