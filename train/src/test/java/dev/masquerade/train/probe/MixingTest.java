package dev.masquerade.train.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import dev.masquerade.modality.image.PixelImage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class MixingTest {

  private static UniformRandomProvider rng(long step) {
    return new SampleStreams(3).stream(step, "", Purpose.CHOICE);
  }

  private static MixSettings settings(double mixup, double cutmix, MixSettings.Mode mode) {
    return new MixSettings(mixup, cutmix, 0, 0, 1, 0.5, mode);
  }

  @Test
  void batchMode_sharesOneDraw_andPartnersRunBackwards() {
    List<Mix> mixes = new Mixing(settings(0.8, 0, MixSettings.Mode.BATCH), 32, 32).draw(4, rng(0));

    assertThat(mixes).extracting(Mix::partner).containsExactly(3, 2, 1, 0);
    assertThat(mixes).extracting(Mix::own).containsOnly(mixes.get(0).own());
    assertThat(mixes).extracting(Mix::cut).containsOnly(Mix.Rectangle.NONE);
    assertThat(new Mixing(settings(0.8, 0, MixSettings.Mode.BATCH), 32, 32).draw(4, rng(0)))
        .isEqualTo(mixes);
  }

  @Test
  void pairMode_givesPartnersTheSameDraw_andElementModeDoesNot() {
    List<Mix> pairs = new Mixing(settings(1, 0, MixSettings.Mode.PAIR), 32, 32).draw(4, rng(0));
    List<Mix> alone = new Mixing(settings(1, 0, MixSettings.Mode.ELEMENT), 32, 32).draw(4, rng(0));

    assertThat(pairs.get(3).own()).isEqualTo(pairs.get(0).own());
    assertThat(pairs.get(1).own()).isNotEqualTo(pairs.get(0).own());
    assertThat(alone).extracting(Mix::own).doesNotHaveDuplicates();
  }

  @Test
  void cutmix_countsItsShareByArea() {
    Mixing mixing = new Mixing(settings(0, 1, MixSettings.Mode.ELEMENT), 20, 30);
    for (Mix mix : mixing.draw(50, rng(1))) {
      assertThat(mix.own()).isCloseTo(1 - mix.cut().area() / 600.0, within(1e-12));
      assertThat(mix.cut().bottom()).isLessThanOrEqualTo(20);
      assertThat(mix.cut().right()).isLessThanOrEqualTo(30);
    }
  }

  @Test
  void boundedSides_stayInside() {
    MixSettings bounded = new MixSettings(0, 1, 0.2, 0.5, 1, 0.5, MixSettings.Mode.ELEMENT);
    for (Mix mix : new Mixing(bounded, 20, 30).draw(50, rng(1))) {
      assertThat(mix.cut().bottom() - mix.cut().top()).isBetween(4, 9);
      assertThat(mix.cut().right() - mix.cut().left()).isBetween(6, 14);
    }
  }

  @Test
  void shareAndSwitch_followTheirProbabilities() {
    MixSettings often = new MixSettings(0.8, 1, 0, 0, 0.6, 0.25, MixSettings.Mode.ELEMENT);
    List<Mix> mixes = new Mixing(often, 64, 64).draw(20_000, rng(2));
    double mixed = mixes.stream().filter(mix -> mix.own() < 1).count() / 20_000.0;
    double cut = mixes.stream().filter(mix -> mix.cut().area() > 0).count() / 20_000.0;

    // Five standard deviations of a share of 0.6 are 0.017; rectangles of no area are rare.
    assertThat(mixed).isCloseTo(0.6, within(0.02));
    assertThat(cut).isCloseTo(0.6 * 0.25, within(0.02));
  }

  @Test
  void mixup_averagesPixels_andCutmixCopiesARectangle() {
    PixelImage one = new PixelImage(4, 4, 1, new byte[16]);
    byte[] bright = new byte[16];
    Arrays.fill(bright, (byte) 200);
    PixelImage other = new PixelImage(4, 4, 1, bright);

    byte[] laid = new Mix(0, 0.25, Mix.Rectangle.NONE).apply(one, other).samples();
    byte[] cut = new Mix(0, 0.75, new Mix.Rectangle(1, 2, 3, 4)).apply(one, other).samples();

    assertThat(laid).containsOnly((byte) 150);
    assertThat(IntStream.range(0, 16).filter(i -> cut[i] != 0)).containsExactly(6, 7, 10, 11);
    assertThat(new Mix(0, 1, Mix.Rectangle.NONE).apply(one, other)).isSameAs(one);
  }

  @Test
  void targets_areMixedAndSmoothed() {
    float[] targets = SoftTargets.mixed(new int[] {0}, new int[] {2}, new double[] {0.3}, 4, 0.2);

    assertThat(targets).containsExactly(new float[] {0.29f, 0.05f, 0.61f, 0.05f}, within(1e-6f));
    assertThat(SoftTargets.of(new int[] {1}, 2, 0)).containsExactly(0, 1);
    assertThatThrownBy(() -> SoftTargets.of(new int[] {1}, 2, 1)).hasMessageContaining("less than");
  }
}
