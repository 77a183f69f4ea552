package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.modality.code.NpyArray;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
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

  /** Folders of pictures, maps of classes and depth, features and vectors. */
  private Path folders() throws IOException {
    Path own = directory.resolve("own");
    for (String folder : List.of("rgb", "depth", "semseg", "clip", "embedding")) {
      Files.createDirectories(own.resolve(folder));
    }
    for (int i = 0; i < 4; i++) {
      picture(own.resolve("rgb/" + i + ".png"), BufferedImage.TYPE_INT_RGB, 0x112233);
      picture(own.resolve("depth/" + i + ".png"), BufferedImage.TYPE_BYTE_GRAY, 0x445566);
      BufferedImage classes = new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_GRAY);
      classes.getRaster().setSample(1, 1, 0, 2 + i);
      classes.getRaster().setSample(2, 1, 0, 255);
      ImageIO.write(classes, "png", own.resolve("semseg/" + i + ".png").toFile());
      Files.write(own.resolve("clip/" + i + ".npy"), NpyArray.write(new float[6 * 4 * 4], 6, 4, 4));
      Files.write(own.resolve("embedding/" + i + ".npy"), NpyArray.write(new float[5], 5));
    }
    return own;
  }

  private static void picture(Path file, int type, int colour) throws IOException {
    BufferedImage picture = new BufferedImage(64, 64, type);
    picture.setRGB(3, 3, colour);
    ImageIO.write(picture, "png", file.toFile());
  }

  @Test
  void typesThatNeedSettings_takeThemFromTheFilesAndPassTheirCheck() throws IOException {
    Path out = directory.resolve("data");

    Console.Outcome imported =
        Console.run(
            "import",
            "folder",
            folders(),
            "--out",
            out,
            "--size",
            64,
            "--type",
            "clip=feature_map",
            "--type",
            "embedding=feature_map",
            "--type",
            "semseg=semseg");
    Console.Outcome checked =
        Console.run("manifest", "check", "--decode", out.resolve("manifest.textproto"));

    assertThat(imported.code()).as(imported.err()).isZero();
    assertThat(imported.err())
        .contains(
            "Members KEY.clip are declared as clip@4x4 with width 6",
            "Members KEY.embedding are declared as embedding with width 5",
            "Members KEY.semseg are declared as semseg@64 with vocabulary_size 6");
    assertThat(checked.code()).as(checked.err()).isZero();
  }

  @Test
  void membersThatAreNotDeclared_areStillPacked() throws IOException {
    Path out = directory.resolve("data");

    Console.Outcome imported =
        Console.run(
            "import", "folder", folders(), "--out", out, "--validation-fraction", 0, "--size", 64);

    assertThat(imported.code()).as(imported.err()).isZero();
    assertThat(imported.err())
        .contains(
            "Members KEY.depth.png are not declared",
            "They hold real numbers: --type clip=feature_map declares them as features.");
    Set<String> packed = new TreeSet<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(Files.newInputStream(out.resolve("train-000000.tar")))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        packed.add(entry.getName());
      }
    }
    assertThat(packed).contains("0.depth.png", "0.rgb.png", "3.semseg.png");
  }

  @Test
  void typeThatFilesCannotBe_isRefusedBeforeAnythingIsWritten() throws IOException {
    Path out = directory.resolve("data");

    Console.Outcome imported =
        Console.run("import", "folder", folders(), "--out", out, "--type", "clip=token_sequence");

    assertThat(imported.message())
        .contains("Members KEY.clip cannot be declared with type token_sequence");
    assertThat(imported.code()).isEqualTo(FailureReport.MISTAKE);
    assertThat(out).doesNotExist();
  }

  @Test
  void tokenizerThatIsNotThere_isRefused() throws IOException {
    Path missing = directory.resolve("none.json");

    Console.Outcome imported =
        Console.run(
            "import",
            "folder",
            photos(2),
            "--out",
            directory.resolve("data"),
            "--tokenizer",
            missing);

    assertThat(imported.message()).startsWith(missing + ": there is no such tokenizer");
    assertThat(imported.code()).isEqualTo(FailureReport.MISTAKE);
  }
}
