package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data sets made of a user's own files. */
class ImportTest {

  @TempDir private Path directory;

  private Path photos(int count) throws IOException {
    Path photos = Files.createDirectory(directory.resolve("photos"));
    for (int i = 0; i < count; i++) {
      BufferedImage picture = new BufferedImage(40 + i, 30, BufferedImage.TYPE_INT_RGB);
      picture.setRGB(3, 3, 0xff0000 + i);
      assertThat(ImageIO.write(picture, "png", photos.resolve("photo" + i + ".png").toFile()))
          .isTrue();
      Files.writeString(photos.resolve("photo" + i + ".txt"), "a photo of number " + i);
    }
    return photos;
  }

  @Test
  void importedFolder_passesItsCheck() throws IOException {
    Path out = directory.resolve("data");

    Console.Outcome imported =
        Console.run(
            "import",
            "folder",
            photos(20),
            "--out",
            out,
            "--name",
            "photos",
            "--shard-size",
            8,
            "--size",
            32,
            "--tokenizer",
            TinyScenes.get().text());
    Console.Outcome checked = Console.run("manifest", "check", out.resolve("manifest.textproto"));
    Console.Outcome shown = Console.run("manifest", "show", out.resolve("manifest.textproto"));

    assertThat(imported.code()).as(imported.err()).isZero();
    assertThat(imported.out().strip()).isEqualTo(out.resolve("manifest.textproto").toString());
    assertThat(checked.code()).as(checked.err()).isZero();
    assertThat(checked.out()).endsWith("20 samples; everything is in order.\n");
    assertThat(shown.out()).contains("photos", "rgb@32", "caption");
  }

  @Test
  void importedTars_passTheirCheck() throws IOException {
    Path tars = Files.createDirectory(directory.resolve("tars"));
    TinyScenes.get().copy(tars);
    Path out = directory.resolve("manifest.textproto");

    Console.Outcome imported =
        Console.run(
            "import",
            "tars",
            tars.resolve("train-000000.tar"),
            "--validation",
            tars.resolve("validation-000000.tar"),
            "--size",
            64,
            "--out",
            out);
    Console.Outcome checked = Console.run("manifest", "check", out);

    assertThat(imported.code()).as(imported.err()).isZero();
    assertThat(checked.code()).as(checked.err()).isZero();
    assertThat(checked.out()).endsWith("64 samples; everything is in order.\n");
  }

  @Test
  void dataSetThatIsThere_isReplacedOnlyWhenAsked() throws IOException {
    Path photos = photos(3);
    Path out = directory.resolve("data");
    Files.write(photos.resolve("old.bmp"), new byte[] {'B', 'M'});

    Console.Outcome first = Console.run("import", "folder", photos, "--out", out);
    Console.Outcome again = Console.run("import", "folder", photos, "--out", out);
    Console.Outcome asked = Console.run("import", "folder", photos, "--out", out, "--overwrite");

    assertThat(first.err())
        .contains("3 samples, 3 with caption, 3 with rgb; ignored 1 .bmp: only JPEG, PNG and WebP");
    assertThat(again.message())
        .isEqualTo(
            out.resolve("manifest.textproto")
                + ": exists already. Choose another --out, or replace what is there with"
                + " --overwrite.");
    assertThat(again.code()).isEqualTo(FailureReport.MISTAKE);
    assertThat(List.of(first.code(), asked.code())).containsOnly(0);
  }

  @Test
  void fractionOutOfRange_isNamedByItsOption() throws IOException {
    Console.Outcome outcome =
        Console.run(
            "import",
            "folder",
            photos(2),
            "--out",
            directory.resolve("data"),
            "--validation-fraction",
            1.5);

    assertThat(outcome.message()).startsWith("--validation-fraction must be at least 0");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void folderThatIsNotThere_isTheUsersMistake() {
    Path missing = directory.resolve("nothere");

    Console.Outcome outcome =
        Console.run("import", "folder", missing, "--out", directory.resolve("data"));

    assertThat(outcome.message()).contains(missing.toString()).doesNotContain("\tat ");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  @Test
  void patternWithoutTars_isTheUsersMistake() {
    Console.Outcome outcome =
        Console.run(
            "import",
            "tars",
            directory.resolve("s-{00..01}.tar"),
            "--out",
            directory.resolve("manifest.textproto"));

    assertThat(outcome.message()).contains("s-00.tar").doesNotContain("\tat ");
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }
}
