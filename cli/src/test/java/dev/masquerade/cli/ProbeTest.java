package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an encoder knows of a user's own classes. */
class ProbeTest {

  private static final int PER_CLASS = 25;

  @TempDir private Path directory;

  private Path photos;
  private Path model;

  @BeforeEach
  void makePhotos() throws IOException {
    photos = directory.resolve("photos");
    model = TinyModels.encoder(directory.resolve("vit.safetensors"));
    draw(photos, "red", 0xc02020);
    draw(photos, "blue", 0x2020c0);
  }

  private static void draw(Path root, String label, int colour) throws IOException {
    Path folder = Files.createDirectories(root.resolve(label));
    for (int i = 0; i < PER_CLASS; i++) {
      BufferedImage picture = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
      for (int x = 0; x < 32; x++) {
        for (int y = 0; y < 32; y++) {
          picture.setRGB(x, y, colour + 0x600 * ((x / 4 + i) % 5) + 9 * ((y / 4 + i) % 3));
        }
      }
      ImageIO.write(picture, "png", folder.resolve(i + ".png").toFile());
    }
  }

  @Test
  void coloursOfFolders_areToldApart() throws IOException {
    Path out = directory.resolve("probe.json");

    for (String method : List.of("knn", "linear")) {
      Console.Outcome outcome =
          Console.run(
              "probe",
              "--model",
              model,
              "--data",
              photos,
              "--method",
              method,
              "--k",
              5,
              "--out",
              out);

      assertThat(outcome.code()).as(outcome.err()).isZero();
      assertThat(outcome.out())
          .startsWith(method + ", 2 classes, learnt from 40 images, asked about 10\n")
          .contains("(chance 50.00 %, most frequent class 50.00 %)")
          .endsWith(out + "\n");
      JsonObject json = JsonParser.parseString(Files.readString(out)).getAsJsonObject();
      assertThat(json.get("top1").getAsDouble()).isGreaterThan(0.9);
      assertThat(json.get("chance").getAsDouble()).isEqualTo(0.5);
      assertThat(json.has("loss")).isEqualTo(method.equals("linear"));
    }
  }

  @Test
  void wholeEncoder_isTrained_withoutBrokenPictures() throws IOException {
    Path out = directory.resolve("new/folder/probe.json");
    Files.writeString(photos.resolve("red/broken.jpg"), "no picture");

    Console.Outcome outcome =
        Console.run(
            "probe",
            "--model",
            model,
            "--data",
            photos,
            "--method",
            "finetune",
            "--epochs",
            2,
            "--batch",
            8,
            "--out",
            out);

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .startsWith("finetune, 2 classes, learnt from 40 images, asked about 10\n")
        .contains("loss          ", "(chance 0.6931)");
    assertThat(outcome.err()).contains("1 image is left out:\n  red/broken.jpg: ");
    assertThat(JsonParser.parseString(Files.readString(out)).getAsJsonObject().get("method"))
        .hasToString("\"finetune\"");
  }

  @Test
  void mistakesOfFinetuning_areOneMessageEach() throws IOException {
    Path flat = Files.createDirectories(directory.resolve("flat"));
    Files.copy(photos.resolve("red/1.png"), flat.resolve("1.png"));
    Path out = directory.resolve("probe.json");

    Console.Outcome bare = finetune("--test", flat, "--out", out);
    Console.Outcome pooled = finetune("--pool", "max", "--out", out);

    assertThat(bare.err()).contains(flat + ": none of its 1 images has a label");
    assertThat(pooled.err()).contains("--pool is for frozen features");
    assertThat(List.of(bare.code(), pooled.code())).containsOnly(FailureReport.MISTAKE);
  }

  private Console.Outcome finetune(String option, Object value, String second, Path out) {
    return Console.run(
        "probe",
        "--model",
        model,
        "--data",
        photos,
        "--method",
        "finetune",
        option,
        value,
        second,
        out);
  }

  @Test
  void imagesOfTheirOwn_areAskedAbout() throws IOException {
    Path test = directory.resolve("test");
    draw(test, "red", 0xb01010);
    Path out = directory.resolve("probe.json");

    Console.Outcome outcome =
        Console.run("probe", "--model", model, "--data", photos, "--test", test, "--out", out);
    draw(test, "green", 0x20c020);
    Console.Outcome strange =
        Console.run("probe", "--model", model, "--data", photos, "--test", test, "--out", out);

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("learnt from 50 images, asked about 25");
    assertThat(strange.code()).isEqualTo(FailureReport.MISTAKE);
    assertThat(strange.err()).contains("has classes that " + photos + " lacks: green.");
  }

  @Test
  void splitsOfADataset_areLearntAndAskedAbout() {
    Path out = directory.resolve("probe.json");

    Console.Outcome outcome =
        Console.run(
            "probe",
            "--model",
            model,
            "--data",
            TinyScenes.get().manifest(),
            "--out",
            out,
            "--test-split",
            "train");

    Console.Outcome shapes =
        Console.run(
            "probe",
            "--model",
            model,
            "--data",
            TinyScenes.get().manifest(),
            "--out",
            out,
            "--test-split",
            "train",
            "--labels",
            "label:shape");

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).startsWith("knn, ").contains("most frequent class ");
    assertThat(shapes.code()).as(shapes.err()).isZero();
    assertThat(shapes.out()).startsWith("knn, 4 classes, ");
  }

  @Test
  void labelsThatAreMissing_areSaidToBe() throws IOException {
    Path flat = Files.createDirectories(directory.resolve("flat"));
    Files.copy(photos.resolve("red/1.png"), flat.resolve("1.png"));

    Console.Outcome none = Console.run("probe", "--model", model, "--data", flat);
    Console.Outcome one = Console.run("probe", "--model", model, "--data", photos.resolve("red"));
    Console.Outcome settings = Console.run("probe", "--model", model, "--data", photos, "--k", 0);

    assertThat(none.err())
        .contains("none of its 1 images has a label. Put the images of a class into a folder")
        .doesNotContain("images:");
    assertThat(one.err()).contains("none of its 25 images has a label");
    assertThat(settings.err()).contains("a vote needs at least 1 neighbour");
    assertThat(List.of(none.code(), one.code(), settings.code()))
        .containsOnly(FailureReport.MISTAKE);
  }
}
