package dev.masquerade.train.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.masquerade.masking.random.Purpose;
import dev.masquerade.masking.random.SampleStreams;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.junit.jupiter.api.Test;

class LinearProbeTest {

  private static final int WIDTH = 12;
  private static final List<String> NAMES = List.of("red", "green", "blue");

  /** Clouds of points; a class shifts one of the directions, of very different lengths. */
  private static LabelledFeatures clouds(int samples, String key) {
    UniformRandomProvider rng = new SampleStreams(5).stream(0, key, Purpose.SYNTHESIS);
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(rng);
    float[] values = new float[samples * WIDTH];
    int[] labels = new int[samples];
    for (int i = 0; i < samples; i++) {
      labels[i] = rng.nextInt(NAMES.size());
      for (int d = 0; d < WIDTH; d++) {
        double shift = d == labels[i] ? 4 : 0;
        values[i * WIDTH + d] = (float) ((normal.sample() + shift) * Math.pow(10, d % 5 - 2));
      }
    }
    return new LabelledFeatures(WIDTH, values, labels, NAMES);
  }

  private static ProbeResult measure(long seed) {
    return new LinearProbe(LinearProbeSettings.forSamples(600, seed), Device.cpu())
        .measure(clouds(600, "train"), clouds(300, "test"));
  }

  @Test
  void separableClasses_areTold() {
    ProbeResult result = measure(1);

    // A guess is right for a third; the best boundary for about 99 %.
    assertThat(result.top1()).isGreaterThan(0.96);
    assertThat(result.top5()).isEqualTo(1);
    assertThat(result.loss().orElseThrow()).isLessThan(0.2);
    assertThat(result.perClass()).containsOnlyKeys("red", "green", "blue");
    assertThat(result.settings()).containsEntry("batch", "32").containsEntry("epochs", "90");
  }

  @Test
  void equalSeeds_giveEqualResults_andOthersDoNot() {
    assertThat(measure(1)).isEqualTo(measure(1));
    assertThat(measure(2).loss()).isNotEqualTo(measure(1).loss());
  }

  @Test
  void settingsThatCannotBe_areRejected() {
    assertThatThrownBy(
            () ->
                new LinearProbeSettings(5, 5, 8, 1, 0, 0, LinearProbeSettings.REFERENCE.lars(), 0))
        .hasMessageContaining("a shorter warm-up");
  }
}
