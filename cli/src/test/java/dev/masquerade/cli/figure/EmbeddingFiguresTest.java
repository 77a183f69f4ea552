package dev.masquerade.cli.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class EmbeddingFiguresTest {

  @Test
  void fourPanels_lookAsTheyAlwaysDid() throws IOException {
    Picture original = stripes(0x335577);
    Figure figure =
        PanelRow.grid(
            "mae, step 400, 75 % masked at random",
            List.of(
                new PanelRow(
                    "shapes/cube.jpg",
                    original,
                    Picture.filled(16, 16, 0x808080),
                    stripes(0x446688),
                    original),
                new PanelRow("ball.jpg", original, original, original, original)),
            96);

    GoldenFigures.assertPixels(figure, "four-panels.png");
  }

  @Test
  void scatterPlot_looksAsItAlwaysDid() throws IOException {
    int points = 120;
    double[][] places = new double[points][2];
    List<String> classes = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      int group = i % 12;
      double angle = 2 * Math.PI * group / 12;
      places[i][0] = 4 * Math.cos(angle) + 0.6 * Math.sin(i * 1.7);
      places[i][1] = 3 * Math.sin(angle) + 0.6 * Math.cos(i * 2.3);
      classes.add("class " + (char) ('a' + group));
    }

    GoldenFigures.assertPixels(
        ScatterPlot.of(
            "emb.npy · PCA · k-means purity 0.93",
            "chance 0.08, NMI 0.88; 120 images",
            "component 1, 41 % of variance",
            "component 2, 17 %",
            places,
            classes),
        "scatter.png");
  }

  @Test
  void everyClass_hasAMarkerOfItsOwn() {
    Set<Marker> markers = new HashSet<>();
    for (int id = 0; id < Marker.DISTINCT; id++) {
      markers.add(Marker.of(id));
    }

    assertThat(markers).hasSize(Marker.DISTINCT).doesNotContain(Marker.OTHER);
    assertThat(Marker.of(0).shape()).isNotEqualTo(Marker.of(1).shape());
  }

  @Test
  void classesTooMany_areDrawnInOneGrey() {
    double[][] places = new double[300][2];
    List<String> classes =
        IntStream.range(0, 300).mapToObj(i -> i < 200 ? "often" : "class " + i).toList();

    ScatterPlot plot = ScatterPlot.of("many", "", "", "", places, classes);

    assertThat(plot.svg()).contains("often (200)", 101 - Marker.DISTINCT + 1 + " other classes");
    assertThatThrownBy(
            () -> ScatterPlot.of("none", "", "", "", new double[0][2], Collections.emptyList()))
        .hasMessage("0 points cannot have 0 classes");
  }

  @Test
  void pointsOnOnePlace_areDrawnInTheMiddle() {
    Picture picture =
        ScatterPlot.of("one", "", "", "", new double[][] {{5, 5}}, List.of("a")).picture();

    assertThat(picture.colours()).contains(Marker.of(0).colour());
  }

  private static Picture stripes(int colour) {
    int[] colours = new int[16 * 16];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = i / 16 % 4 < 2 ? colour : 0xddccbb;
    }
    return new Picture(16, 16, colours);
  }
}
