package dev.masquerade.train.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import dev.masquerade.model.golden.GoldenFiles;
import dev.masquerade.model.weights.SafetensorsFile;
import dev.masquerade.train.golden.TransferGoldens;
import java.io.IOException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Shares of right answers against MAE's, {@code mae/accuracy.safetensors}, to 1e-5 of a percent.
 */
class AccuracyGoldenTest {

  @Test
  void shares_areTheReferences() throws IOException {
    JsonObject expected =
        GoldenFiles.read(TransferGoldens.of("mae").resolve("preprocess.json"))
            .getAsJsonObject("accuracy");
    try (SafetensorsFile file =
        SafetensorsFile.open(TransferGoldens.of("mae").resolve("accuracy.safetensors"))) {
      int classes = Math.toIntExact(file.get("logits").shape().get(1));
      Accuracy accuracy =
          new Accuracy(
              file.floats("logits"),
              classes,
              LongStream.of(file.longs("target")).mapToInt(Math::toIntExact).toArray());

      assertThat(100 * accuracy.top(1))
          .isCloseTo(expected.get("top1_percent").getAsDouble(), within(1e-5));
      assertThat(100 * accuracy.top(5))
          .isCloseTo(expected.get("top5_percent").getAsDouble(), within(1e-5));
    }
  }

  @Test
  void ties_goToTheLowerClass_andNanIsNeverRight() {
    Accuracy accuracy =
        new Accuracy(new float[] {1, 1, 0, 1, 1, 0, Float.NaN, 2, 3}, 3, new int[] {0, 1, 0});

    assertThat(accuracy.top(1)).isEqualTo(1 / 3.0);
    assertThat(accuracy.top(2)).isEqualTo(2 / 3.0);
    assertThat(accuracy.top(5)).isEqualTo(1);
  }
}
