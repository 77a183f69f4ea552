package dev.masquerade.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.Retouch;
import dev.masquerade.modality.View;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetoucherTest {

  private static final int HEIGHT = 24;
  private static final int WIDTH = 32;

  private static UniformRandomProvider rng(long seed) {
    return RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
  }

  private static byte[] picture() {
    UniformRandomProvider rng = rng(0x91c);
    byte[] rgb = new byte[HEIGHT * WIDTH * 3];
    rng.nextBytes(rgb);
    return rgb;
  }

  private static int[] values(byte[] rgb) {
    return IntStream.range(0, rgb.length).map(i -> rgb[i] & 0xff).toArray();
  }

  @Test
  void shareOfOne_changesNothing_andZeroIsThePoorerPicture() {
    for (byte[] same : List.of(picture(), picture(), picture())) {
      Colours.brightness(same, 1);
      Colours.contrast(same, 1);
      Colours.saturation(same, 1);
      assertThat(same).isEqualTo(picture());
    }
    byte[] dark = picture();
    Colours.brightness(dark, 0);
    assertThat(values(dark)).containsOnly(0);
    byte[] flat = picture();
    Colours.contrast(flat, 0);
    assertThat(Arrays.stream(values(flat)).distinct().count()).isEqualTo(1);
  }

  @Test
  void brightness_isCutOffAndLimited() {
    byte[] rgb = {10, 101, (byte) 200};
    Colours.brightness(rgb, 1.5);

    assertThat(values(rgb)).containsExactly(15, 151, 255);
  }

  @Test
  void hue_turnsRedToGreenToBlueAndLeavesGreyAlone() {
    byte[] rgb = {(byte) 240, 10, 10, 77, 77, 77};
    Colours.hue(rgb, 1 / 3.0);
    assertThat(values(rgb)).containsExactly(10, 240, 10, 77, 77, 77);
    Colours.hue(rgb, 1 / 3.0);
    assertThat(values(rgb)).containsExactly(10, 10, 240, 77, 77, 77);
    Colours.hue(rgb, -1 / 3.0);
    assertThat(values(rgb)).containsExactly(10, 240, 10, 77, 77, 77);

    byte[] same = picture();
    Colours.hue(same, 0);
    assertThat(same).isEqualTo(picture());
  }

  @Test
  void grey_isLuma() {
    byte[] rgb = {100, (byte) 200, 50};
    Colours.grey(rgb);

    // 0.299 x 100 + 0.587 x 200 + 0.114 x 50 = 153.
    assertThat(values(rgb)).containsExactly(153, 153, 153);
  }

  @Test
  void blur_keepsFlatPicturesAndSpreadsAPoint() {
    byte[] flat = new byte[HEIGHT * WIDTH * 3];
    Arrays.fill(flat, (byte) 90);
    assertThat(Colours.blur(flat, HEIGHT, WIDTH, 1.3)).isEqualTo(flat);

    byte[] point = new byte[HEIGHT * WIDTH * 3];
    int middle = 3 * (6 * WIDTH + 8);
    point[middle] = (byte) 255;
    int[] spread = values(Colours.blur(point, HEIGHT, WIDTH, 1));
    // The square of exp(-x²/2) / sqrt(2 pi) at 0, and that of one step aside.
    assertThat(spread[middle]).isBetween(40, 42);
    assertThat(spread[middle + 3]).isBetween(24, 26).isEqualTo(spread[middle - 3]);
    assertThat(spread[middle + 3 * WIDTH]).isEqualTo(spread[middle + 3]);
  }

  @Test
  void equaliseAndStretch_fillTheRange() {
    byte[] narrow = new byte[HEIGHT * WIDTH * 3];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (byte) (100 + i / 3 % 50);
    }
    byte[] stretched = narrow.clone();
    Colours.stretch(stretched);

    assertThat(Arrays.stream(values(stretched)).min()).hasValue(0);
    assertThat(Arrays.stream(values(stretched)).max()).hasValue(255);
  }

  @Test
  void warpByNothing_changesNothing_andShiftsMovePixels() {
    byte[] rgb = picture();
    assertThat(AffineWarp.rotation(0, HEIGHT, WIDTH).apply(rgb, HEIGHT, WIDTH)).isEqualTo(rgb);

    byte[] moved = new AffineWarp(1, 0, 3, 0, 1, 0).apply(rgb, HEIGHT, WIDTH);
    assertThat(moved[0]).isEqualTo(rgb[9]);
    assertThat(moved[3 * (WIDTH - 1)]).isEqualTo((byte) 124);
  }

  @Test
  void halfTurn_exchangesCorners() {
    byte[] rgb = picture();
    byte[] turned = AffineWarp.rotation(180, HEIGHT, WIDTH).apply(rgb, HEIGHT, WIDTH);

    int last = rgb.length - 3;
    for (int at = 0; at < rgb.length; at += 3) {
      assertThat(turned[at]).isEqualTo(rgb[last - at]);
    }
  }

  @ParameterizedTest
  @EnumSource(RandAugment.Operation.class)
  void everyOperation_keepsTheSizeAndRepeatsItself(RandAugment.Operation operation) {
    byte[] dim = picture();
    Colours.brightness(dim, 0.7);
    byte[] one = RandAugment.apply(operation, dim.clone(), HEIGHT, WIDTH, 0.9, -1);
    byte[] again = RandAugment.apply(operation, dim.clone(), HEIGHT, WIDTH, 0.9, -1);

    assertThat(one).hasSameSizeAs(dim).isEqualTo(again).isNotEqualTo(dim);
  }

  @Test
  void noOperations_changeNothing() {
    assertThat(new RandAugment(0, 9, 0.5).retouch(picture(), HEIGHT, WIDTH, rng(1)))
        .isEqualTo(picture());
  }

  @Test
  void photometricOfNoProbability_changesNothing_andOneChangesAll() {
    Photometric none = new Photometric(0, 0.4, 0.4, 0.2, 0.1, 0, 0, 0.1, 2, 0, 128);
    assertThat(none.retouch(picture(), HEIGHT, WIDTH, rng(1))).isEqualTo(picture());

    byte[] blurred = Photometric.FIRST_VIEW.retouch(picture(), HEIGHT, WIDTH, rng(1));
    assertThat(blurred).isNotEqualTo(picture());
    assertThat(Photometric.FIRST_VIEW.retouch(picture(), HEIGHT, WIDTH, rng(1))).isEqualTo(blurred);
    assertThat(Photometric.FIRST_VIEW.retouch(picture(), HEIGHT, WIDTH, rng(2)))
        .isNotEqualTo(blurred);
  }

  @Test
  void erasing_coversItsShareWithNoise() {
    int side = 64;
    double covered = 0;
    for (int i = 0; i < 200; i++) {
      byte[] rgb = new byte[side * side * 3];
      RandomErasing.of(1).retouch(rgb, side, side, rng(i));
      covered += IntStream.range(0, rgb.length).filter(at -> rgb[at] != 0).count();
    }
    // Areas are uniform between 2 % and a third, so 17.7 % on average; noise is 0 for some samples.
    assertThat(covered / (200.0 * side * side * 3)).isBetween(0.14, 0.2);
    byte[] untouched = new byte[side * side * 3];
    RandomErasing.of(0).retouch(untouched, side, side, rng(1));
    assertThat(values(untouched)).containsOnly(0);
  }

  @Test
  void retouchedAugmenter_drawsAViewWhoseRetouchIsAFunction() {
    Augmenter augmenter =
        new RetouchedAugmenter(new WholePicture(0), List.of(Photometric.SECOND_VIEW));
    View one = augmenter.view(SampleFrame.of(HEIGHT, WIDTH), rng(3));
    View again = augmenter.view(SampleFrame.of(HEIGHT, WIDTH), rng(3));
    byte[] stored = picture();

    assertThat(one).isEqualTo(again);
    assertThat(one.retouch().apply(stored, HEIGHT, WIDTH))
        .isEqualTo(again.retouch().apply(picture(), HEIGHT, WIDTH));
    assertThat(stored).as("the stored picture stays").isEqualTo(picture());
    assertThat(one.withRetouch(Retouch.NONE)).isEqualTo(View.WHOLE);
  }

  @Test
  void settingsThatCannotBe_areRejected() {
    assertThatThrownBy(() -> new Photometric(2, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0))
        .hasMessageContaining("was 2.0");
    assertThatThrownBy(() -> new RandAugment(1, 11, 0)).hasMessageContaining("11.0");
    assertThatThrownBy(() -> new RandomErasing(0.5, 0, 0.3, 1)).hasMessageContaining("areas");
    assertThatThrownBy(() -> new ResizedCentreCrop(224, 256)).hasMessageContaining("256 of 224");
  }
}
