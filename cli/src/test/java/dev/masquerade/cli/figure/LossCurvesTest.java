package dev.masquerade.cli.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LossCurvesTest {

  @TempDir private Path directory;

  @Test
  void lossesOfARun_lookAsTheyAlwaysDid() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int step = 10; step <= 600; step += 10) {
      // Halves are exact, so that no platform's library decides a pixel.
      double loss = 1 + 600.0 / (step + 100) + (step % 40 == 0 ? 0.5 : 0);
      lines.append(line(step, "train", loss));
      if (step % 150 == 0) {
        lines.append(line(step, "validation", loss + 0.25));
      }
    }
    GoldenFigures.assertPixels(LossCurves.of("runs/one", read(lines.toString())), "losses.png");
  }

  @Test
  void tornLinesAndNumbersThatAreNotFinite_arePassedOver() throws IOException {
    MetricHistory history =
        read(
            """
            {"step":1,"kind":"train","unix_time_ms":7,"loss":2.5,"loss/rgb":"NaN","grad_norm":1}
            not json
            {"step":2,"kind":"train","unix_time_ms":8,"loss":2.25,"loss/rgb":3}
            {"step":3,"kind":"tra""");

    assertThat(history.series("train", "loss"))
        .containsExactly(new MetricHistory.Point(1, 2.5), new MetricHistory.Point(2, 2.25));
    assertThat(history.series("train", "loss/rgb")).containsExactly(new MetricHistory.Point(2, 3));
    assertThat(history.series("validation", "loss")).isEmpty();
    assertThat(history.names()).containsExactly("loss", "grad_norm", "loss/rgb");
  }

  @Test
  void runWithoutLosses_givesAFigureThatSaysSo() throws IOException {
    Figure figure = LossCurves.of("runs/none", read(""));

    assertThat(figure.svg()).contains("No losses have been written yet.");
  }

  @Test
  void runOfOneStep_isDrawn() throws IOException {
    Figure figure = LossCurves.of("runs/one", read(line(1, "validation", 3)));

    assertThat(figure.picture().colours()).contains(Palette.TARGET);
  }

  @Test
  void ticks_areRoundAndInside() {
    assertThat(Ticks.between(0.93, 5.2, 5)).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0);
    assertThat(Ticks.between(0, 2400, 5)).containsExactly(0.0, 500.0, 1000.0, 1500.0, 2000.0);
    assertThat(List.of(Ticks.label(0.25), Ticks.label(1500), Ticks.label(20_000)))
        .containsExactly("0.25", "1500", "20k");
  }

  private MetricHistory read(String lines) throws IOException {
    Path file = directory.resolve("metrics.jsonl");
    Files.writeString(file, lines);
    return MetricHistory.read(file);
  }

  private static String line(int step, String kind, double loss) {
    return String.format(
        Locale.ROOT,
        "{\"step\":%d,\"kind\":\"%s\",\"unix_time_ms\":%d,\"loss/caption\":%.6f,\"loss\":%.6f}%n",
        step,
        kind,
        step,
        2 * loss,
        loss);
  }
}
