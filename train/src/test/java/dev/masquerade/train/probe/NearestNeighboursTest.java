package dev.masquerade.train.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNeighboursTest {

  private static final List<String> NAMES = List.of("a", "b", "c");

  private static LabelledFeatures features(float[] values, int... labels) {
    return new LabelledFeatures(2, values, labels, NAMES);
  }

  private static float[] scores(int k, LabelledFeatures bank, LabelledFeatures queries) {
    return new NearestNeighbours(new KnnSettings(k, 0.5), Device.cpu()).scores(bank, queries);
  }

  @Test
  void lengthOfFeatures_doesNotCount() {
    LabelledFeatures bank = features(new float[] {100, 0, 0, 0.01f}, 0, 1);
    LabelledFeatures queries = features(new float[] {0.001f, 0, 0, 50}, 0, 1);

    assertThat(scores(1, bank, queries)).containsExactly(1, 0, 0, 0, 1, 0);
  }

  @Test
  void equallySimilarNeighbours_areTakenInTheirOrder() {
    LabelledFeatures bank = features(new float[] {0, 1, 1, 0, 1, 0, 1, 0}, 0, 2, 1, 1);
    LabelledFeatures queries = features(new float[] {3, 0}, 2);

    assertThat(scores(1, bank, queries)).containsExactly(0, 0, 1);
    assertThat(scores(2, bank, queries)).containsExactly(0, 1, 1);
  }

  @Test
  void farNeighbours_countByTheTemperature() {
    LabelledFeatures bank = features(new float[] {1, 0, 0, 1}, 0, 1);
    LabelledFeatures queries = features(new float[] {1, 0}, 0);

    assertThat(scores(2, bank, queries))
        .containsExactly(new float[] {1, (float) Math.exp(-2), 0}, within(1e-6f));
  }

  @Test
  void moreNeighboursThanSamples_meansAllOfThem() {
    LabelledFeatures bank = features(new float[] {1, 0, 0, 1}, 0, 1);

    ProbeResult result =
        new NearestNeighbours(KnnSettings.REFERENCE, Device.cpu()).measure(bank, bank);

    assertThat(result.top1()).isEqualTo(1);
    assertThat(result.settings()).containsEntry("k", "2").containsEntry("temperature", "0.1");
    assertThat(result.loss()).isEmpty();
    assertThat(result.perClass()).containsOnlyKeys("a", "b");
  }

  @Test
  void coldVotes_doNotOverflow() {
    LabelledFeatures bank = features(new float[] {1, 0, 0, 1}, 0, 1);
    float[] scores =
        new NearestNeighbours(new KnnSettings(2, 0.001), Device.cpu()).scores(bank, bank);

    assertThat(scores).containsExactly(1, 0, 0, 0, 1, 0);
  }

  @Test
  void featuresThatCannotBeUsed_areRejected() {
    assertThatThrownBy(() -> features(new float[] {1, 0, Float.NaN, 1}, 0, 1))
        .hasMessageStartingWith("feature 0 of sample 1 is NaN");
    assertThatThrownBy(() -> features(new float[] {1, 0}, 3)).hasMessageContaining("class 3");
    LabelledFeatures wide = new LabelledFeatures(1, new float[] {1}, new int[] {0}, NAMES);
    assertThatThrownBy(
            () ->
                new NearestNeighbours(KnnSettings.REFERENCE, Device.cpu())
                    .measure(features(new float[] {1, 0}, 0), wide))
        .hasMessageContaining("2 wide, those to be asked about 1");
  }
}
