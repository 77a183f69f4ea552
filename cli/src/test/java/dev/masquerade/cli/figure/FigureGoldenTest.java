package dev.masquerade.cli.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.masquerade.modality.Planes;
import dev.masquerade.modality.TokenLayout;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

final class FigureGoldenTest {

  private static final ClassColours CLASSES = new ClassColours(List.of("wall", "table", "cube"));

  @TempDir private Path directory;

  @Test
  void gridOfMaps_looksAsItAlwaysDid() throws IOException {
    GoldenFigures.assertPixels(grid(), "grid.png");
  }

  @Test
  void gridOfMaps_isWellFormedSvgOfTheSameSize() throws Exception {
    Figure grid = grid();
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(grid.svg().getBytes(StandardCharsets.UTF_8)));
    assertThat(document.getDocumentElement().getAttribute("width"))
        .isEqualTo(Integer.toString(grid.width()));
    assertThat(document.getElementsByTagName("image").getLength()).isEqualTo(6);
  }

  @Test
  void reconstruction_looksAsItAlwaysDid() throws IOException {
    Picture input = gradient(16);
    Assignment[] tokens = {Assignment.SEEN, Assignment.TARGET, Assignment.DROPPED, Assignment.SEEN};
    Picture masked = MaskedInput.paint(input, new TokenLayout.Grid(2, 2), tokens, 4);
    Figure figure =
        ReconstructionFigure.of(
                "rgb → rgb",
                List.of(
                    new ReconstructionFigure.Scene(
                        "scene00000001", input, masked, input, input, "error 0.5")),
                64)
            .build();

    GoldenFigures.assertPixels(figure, "reconstruction.png");
  }

  @Test
  void contactSheet_looksAsItAlwaysDid() throws IOException {
    Panel one = Panel.enlarged(gradient(16), 100, "A caption that takes more than one line.");
    Panel two = Panel.enlarged(gradient(16), 100, "");

    GoldenFigures.assertPixels(
        ContactSheet.of("Sheet", List.of(one, two, one), 2), "contact-sheet.png");
  }

  @Test
  void allLetters_lookAsTheyAlwaysDid() throws IOException {
    StringBuilder letters = new StringBuilder();
    for (char letter = ' '; letter <= '~'; letter++) {
      letters.append(letter).append((letter - ' ') % 24 == 23 ? "\n" : "");
    }
    letters.append("\n→×·°…– \u2603");

    GoldenFigures.assertPixels(
        new Panel(Picture.filled(320, 4, 0xcccccc), letters.toString()), "letters.png");
  }

  @Test
  void figures_areWrittenInTheFormatOfTheirName() throws IOException {
    Figure figure = CLASSES.legend();

    figure.write(directory.resolve("deep/legend.png"));
    figure.write(directory.resolve("legend.svg"));

    Picture read = GoldenFigures.decode(Files.readAllBytes(directory.resolve("deep/legend.png")));
    assertThat(read.colours()).isEqualTo(figure.picture().colours());
    assertThat(Files.readString(directory.resolve("legend.svg"))).isEqualTo(figure.svg());
    assertThatThrownBy(() -> figure.write(directory.resolve("legend.gif")))
        .hasMessageEndingWith("legend.gif: figures are written as .png or .svg");
  }

  @Test
  void rowsOfTheWrongLength_areRefused() {
    GridFigure.Builder grid = GridFigure.of(List.of("one", "two"));

    assertThatThrownBy(() -> grid.row("first", List.of(CLASSES.legend())))
        .hasMessage("row \"first\" has 1 cells for 2 columns");
  }

  private static Figure grid() {
    int size = 8;
    float[] depths = new float[size * size];
    float[] normals = new float[3 * size * size];
    int[] classes = new int[size * size];
    for (int i = 0; i < depths.length; i++) {
      depths[i] = i;
      normals[i] = i % size / 4f - 1;
      normals[size * size + i] = i / size / 4f - 1;
      normals[2 * size * size + i] = 1;
      classes[i] = i / 22;
    }
    depths[0] = Float.NaN;
    List<Panel> panels =
        List.of(
            Panel.enlarged(DepthColours.paint(size, size, depths, 0, 63), 64, ""),
            Panel.enlarged(NormalColours.paint(new Planes(3, size, size, normals)), 64, ""),
            Panel.enlarged(CLASSES.paint(size, size, classes), 64, ""));
    return GridFigure.of(List.of("depth", "surface normals", "classes"))
        .title("Maps <&>")
        .row("one", panels, "A note that is wider than the row, and so takes more than one line.")
        .row("two", panels)
        .footer(CLASSES.legend())
        .build();
  }

  private static Picture gradient(int size) {
    int[] colours = new int[size * size];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = (i % size * 255 / size) << 16 | (i / size * 255 / size) << 8 | 0x60;
    }
    return new Picture(size, size, colours);
  }
}
