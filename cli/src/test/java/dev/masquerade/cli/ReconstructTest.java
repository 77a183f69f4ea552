package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reconstructions of a user's own pictures. */
class ReconstructTest {

  @TempDir private Path directory;

  private Path photos;
  private Path model;

  @BeforeEach
  void makePhotos() throws IOException {
    photos = directory.resolve("photos");
    Files.createDirectories(photos.resolve("within"));
    model = TinyModels.autoencoder(directory.resolve("mae.safetensors"));
    for (String name : List.of("a.png", "within/b.png", "c.png")) {
      BufferedImage picture = new BufferedImage(48, 40, BufferedImage.TYPE_INT_RGB);
      for (int x = 0; x < 48; x++) {
        for (int y = 0; y < 40; y++) {
          picture.setRGB(x, y, 0x10000 * (x * 5) + 0x100 * (y * 6) + 0x40);
        }
      }
      ImageIO.write(picture, "png", photos.resolve(name).toFile());
    }
  }

  private Console.Outcome reconstruct(Path out, Object... more) {
    return Console.run(
        Stream.concat(
                Stream.of("reconstruct", "--model", model, "--images", photos, "--out", out),
                Stream.of(more))
            .toArray());
  }

  @Test
  void everyImage_becomesFourPanels() throws IOException {
    Path out = directory.resolve("out");
    Files.writeString(photos.resolve("broken.jpg"), "nothing");

    Console.Outcome outcome = reconstruct(out, "--precision", "fp32");

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).endsWith(out.resolve("reconstructions.png") + "\n");
    assertThat(outcome.err()).contains("1 image is left out:\n  broken.jpg: ");
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "a.png.png", "c.png.png", "within_b.png.png", "reconstructions.png");
    }
    assertThat(ImageIO.read(out.resolve("a.png.png").toFile()).getWidth()).isGreaterThan(4 * 224);
  }

  @Test
  void equalSeeds_giveEqualPictures() throws IOException {
    reconstruct(directory.resolve("one"), "--seed", 7);
    reconstruct(directory.resolve("two"), "--seed", 7);
    reconstruct(directory.resolve("three"), "--seed", 8);

    assertThat(directory.resolve("one/a.png.png"))
        .hasSameBinaryContentAs(directory.resolve("two/a.png.png"));
    assertThat(Files.readAllBytes(directory.resolve("three/a.png.png")))
        .isNotEqualTo(Files.readAllBytes(directory.resolve("one/a.png.png")));
  }

  @Test
  void masks_areBlocksCellsOrGiven() throws IOException {
    Path bits = directory.resolve("bits.txt");
    Path places = directory.resolve("places.txt");
    Files.writeString(bits, "0 0 0 0\n0 1 1 0\n0 1 1 0\n0 0 0 0\n");
    Files.writeString(places, "5, 6, 9, 10");
    BufferedImage grey = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
    for (int place : new int[] {5, 6, 9, 10}) {
      grey.setRGB(place % 4, place / 4, 0xffffff);
    }
    Path picture = directory.resolve("mask.png");
    ImageIO.write(grey, "png", picture.toFile());

    for (Object mask : List.of("block", "grid", bits, places, picture)) {
      Console.Outcome outcome =
          reconstruct(
              directory.resolve("by-" + Path.of(mask.toString()).getFileName()),
              "--mask",
              mask,
              "--ratio",
              0.5);
      assertThat(outcome.code()).as(outcome.err()).isZero();
    }
    int[][] pixels = new int[3][];
    int at = 0;
    for (String name : List.of("bits.txt", "places.txt", "mask.png")) {
      BufferedImage drawn =
          ImageIO.read(directory.resolve("by-" + name).resolve("c.png.png").toFile());
      int height = drawn.getHeight() - 80;
      pixels[at++] = drawn.getRGB(0, 80, drawn.getWidth(), height, null, 0, drawn.getWidth());
    }
    assertThat(pixels[1]).isEqualTo(pixels[0]);
    assertThat(pixels[2]).isEqualTo(pixels[0]);
  }

  @Test
  void mistakes_areOneMessageEach() throws IOException {
    Path out = directory.resolve("out");
    Path list = directory.resolve("short.txt");
    Files.writeString(list, "0 1 1 0 1 0 0 1 1 1 0 1 0 1 0");
    Path encoder = TinyModels.encoder(directory.resolve("encoder.safetensors"));

    assertMistake(reconstruct(out, "--ratio", 1), "--ratio must lie between 0 and 1");
    assertMistake(reconstruct(out, "--ratio", -0.5), "hide, was -0.5.");
    assertMistake(
        reconstruct(out, "--ratio", 0.99),
        "--mask random: a mask ratio of 0.99 leaves the encoder none of 16 places");
    assertMistake(
        reconstruct(out, "--mask", list),
        "short.txt: a mask for a grid of 4 x 4 needs 16 values, row by row, was 15.");
    assertMistake(
        reconstruct(out, "--mask", "rondom"),
        "--mask rondom: is neither a file nor one of random, block and grid.");
    assertMistake(
        Console.run("reconstruct", "--model", encoder, "--images", photos, "--out", out),
        "holds the encoder only, and reconstructing images needs the decoder too. A file saved"
            + " during pre-training, with its decoder, would do");
  }

  private static void assertMistake(Console.Outcome outcome, String message) {
    assertThat(outcome.message()).contains(message);
    assertThat(outcome.message().lines()).hasSize(1);
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }
}
