package dev.masquerade.cli.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * Compares figures with those that lie beside the tests, pixel by pixel or letter by letter.
 *
 * <p>Run the tests with {@code -Dtest.jvmArgs=-Dmasquerade.figures.write=true} to write them anew,
 * then look at every one before it is committed.
 */
final class GoldenFigures {

  private static final Path WRITTEN = Path.of("src/test/resources/dev/masquerade/cli/figure");
  private static final boolean WRITE = Boolean.getBoolean("masquerade.figures.write");

  private GoldenFigures() {}

  static void assertPixels(Figure figure, String name) throws IOException {
    Picture actual = figure.picture();
    if (WRITE) {
      Files.write(WRITTEN.resolve(name), actual.png());
    }
    Picture expected = decode(resource(name));
    assertThat(actual.width()).as("width of " + name).isEqualTo(expected.width());
    assertThat(actual.height()).as("height of " + name).isEqualTo(expected.height());
    assertThat(actual.colours()).as("pixels of " + name).isEqualTo(expected.colours());
  }

  static void assertText(String text, String name) throws IOException {
    if (WRITE) {
      Files.writeString(WRITTEN.resolve(name), text);
    }
    assertThat(text).isEqualTo(new String(resource(name), StandardCharsets.UTF_8));
  }

  static Picture decode(byte[] png) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    int[] colours =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    for (int i = 0; i < colours.length; i++) {
      colours[i] &= 0xffffff;
    }
    return new Picture(image.getWidth(), image.getHeight(), colours);
  }

  private static byte[] resource(String name) throws IOException {
    if (WRITE) {
      return Files.readAllBytes(WRITTEN.resolve(name));
    }
    try (InputStream in = GoldenFigures.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new AssertionError(name + " is not among the test resources");
      }
      return in.readAllBytes();
    }
  }
}
