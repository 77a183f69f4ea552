package dev.masquerade.masking.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

class RandomTokenMaskTest {

  private final PlaceDraws draws =
      new RandomPlaceDraws(RandomSource.XO_RO_SHI_RO_128_PP.create(0x5eedL));

  @Test
  void protectedTokens_areKeptAndLeaveTheRatioToTheOthers() {
    assertThat(new RandomTokenMask(new MaskRatio(0.75), 1).kept(257)).isEqualTo(65);
    assertThat(new RandomTokenMask(new MaskRatio(0.75), 0).kept(257)).isEqualTo(64);
    RandomTokenMask mask = new RandomTokenMask(new MaskRatio(0.75), 5);
    int[] drawn = new int[3 * 261];
    mask.draw(3, 261, draws, drawn);
    assertThat(mask.kept(261)).isEqualTo(69);
    for (int row = 0; row < 3; row++) {
      int[] one = Arrays.copyOfRange(drawn, row * 261, (row + 1) * 261);
      assertThat(Arrays.copyOf(one, 5)).containsExactly(0, 1, 2, 3, 4);
      assertThat(one).containsExactlyInAnyOrder(IntStream.range(0, 261).toArray());
    }
  }

  // Fails once in a million times for a correct sampler; the seed fixes which one this is.
  @Test
  void tokens_areKeptEquallyOftenAndRowsDiffer() {
    RandomTokenMask mask = new RandomTokenMask(new MaskRatio(0.75), 1);
    int[] drawn = new int[256 * 197];
    long[] kept = new long[196];
    for (int i = 0; i < 100; i++) {
      mask.draw(256, 197, draws, drawn);
      assertThat(Arrays.copyOfRange(drawn, 0, 197))
          .isNotEqualTo(Arrays.copyOfRange(drawn, 197, 394));
      for (int row = 0; row < 256; row++) {
        for (int k = 1; k < 50; k++) {
          kept[drawn[row * 197 + k] - 1]++;
        }
      }
    }
    double[] expected = new double[196];
    Arrays.fill(expected, 100 * 256 * 49 / 196.0);
    assertThat(new ChiSquareTest().chiSquareTest(expected, kept)).isGreaterThan(1e-6);
  }

  @Test
  void masksThatKeepNothing_areRefused() {
    RandomTokenMask mask = new RandomTokenMask(new MaskRatio(0.9), 0);
    assertThatThrownBy(() -> mask.draw(1, 10, draws, new int[10]))
        .hasMessageContaining("a mask ratio of 0.9")
        .hasMessageContaining("none of 10");
    assertThatThrownBy(
            () -> new RandomTokenMask(new MaskRatio(0.5), 3).draw(1, 2, draws, new int[2]))
        .hasMessageContaining("cannot begin with 3");
  }
}
