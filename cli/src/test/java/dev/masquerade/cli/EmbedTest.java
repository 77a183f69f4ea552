package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.masquerade.model.engine.ComputeEngine;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.train.config.PrecisionChoice;
import dev.masquerade.train.embed.EncoderFeatures;
import dev.masquerade.train.embed.HeadCounts;
import dev.masquerade.train.embed.ImageModel;
import dev.masquerade.train.embedding.EmbeddingKey;
import dev.masquerade.train.embedding.EmbeddingTable;
import dev.masquerade.train.embedding.EmbeddingWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Embeddings, neighbours and plots of a user's own pictures. */
class EmbedTest {

  @TempDir private Path directory;

  private Path photos;
  private Path model;

  @BeforeEach
  void makePhotos() throws IOException {
    photos = directory.resolve("photos");
    model = TinyModels.autoencoder(directory.resolve("mae.safetensors"));
    for (int i = 0; i < 12; i++) {
      String colour = i < 6 ? "red" : "blue";
      Path file = photos.resolve(colour).resolve("photo" + i + ".png");
      Files.createDirectories(file.getParent());
      BufferedImage picture = new BufferedImage(40 + i, 36, BufferedImage.TYPE_INT_RGB);
      for (int x = 0; x < 40; x++) {
        for (int y = 0; y < 36; y++) {
          picture.setRGB(x, y, (i < 6 ? 0xc02020 : 0x2020c0) + (x / 8 + i) % 3 * 0x001800);
        }
      }
      ImageIO.write(picture, "png", file.toFile());
    }
  }

  private Path embed(String name, Object... more) {
    Path out = directory.resolve(name);
    Object[] line = {"embed", "--model", model, "--data", photos, "--out", out};
    Object[] all = Arrays.copyOf(line, line.length + more.length);
    System.arraycopy(more, 0, all, line.length, more.length);
    Console.Outcome outcome = Console.run(all);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out()).endsWith(out + "\n");
    return out;
  }

  @Test
  void folder_becomesRowsByNameWithItsFoldersAsLabels() throws IOException {
    Path npy = embed("e.npy");
    Path csv = embed("e.csv");

    try (EmbeddingTable table = EmbeddingTable.open(npy);
        EmbeddingTable text = EmbeddingTable.open(csv)) {
      assertThat(List.of(table.rows(), table.width())).containsExactly(12, TinyModels.WIDTH);
      assertThat(table.key(0)).isEqualTo(new EmbeddingKey("blue/photo10.png", "blue"));
      assertThat(table.key(11)).isEqualTo(new EmbeddingKey("red/photo5.png", "red"));
      for (int row = 0; row < table.rows(); row++) {
        assertThat(row(text, row)).isEqualTo(row(table, row));
      }
    }
  }

  @Test
  void labelsThatADataSetLacks_areRefusedBeforeAnythingIsEmbedded() throws IOException {
    Path data = directory.resolve("data");
    Path out = directory.resolve("e.npy");
    Console.run("import", "folder", photos, "--out", data, "--validation-fraction", 0);

    Console.Outcome refused =
        Console.run(
            "embed", "--model", model, "--data", data, "--out", out, "--labels", "label:shape");
    Console.Outcome probed = Console.run("probe", "--model", model, "--data", data);

    assertThat(refused.message())
        .isEqualTo(
            data
                + ": none of its 12 samples has a label (label:shape). Say with --labels where"
                + " they stand: folder, MEMBER or MEMBER:FIELD.");
    assertThat(refused.code()).isEqualTo(FailureReport.MISTAKE);
    assertThat(out).doesNotExist();
    assertThat(probed.message())
        .startsWith(data + ", train: none of its 12 samples has a label (label).")
        .doesNotContain("images:");
    assertThat(Console.run("embed", "--model", model, "--data", data, "--out", out).code())
        .isZero();
  }

  @Test
  void deviceThatIsNotThere_isNamedByItsOption() {
    assumeTrue(ComputeEngine.start().gpuCount() == 0, "a machine without a GPU");

    assertMistake(
        "--device: GPU was asked for, but the engine finds none.",
        "embed",
        "--model",
        model,
        "--data",
        photos,
        "--device",
        "gpu",
        "--out",
        directory.resolve("e.npy"));
  }

  @Test
  void picturesOfOtherFormats_areSaidToBeIgnored() throws IOException {
    Files.write(photos.resolve("red/old.bmp"), new byte[] {'B', 'M'});
    Files.copy(photos.resolve("red/photo1.png"), photos.resolve("red/._photo1.png"));
    Path out = directory.resolve("e.npy");

    Console.Outcome outcome =
        Console.run("embed", "--model", model, "--data", photos, "--out", out);

    assertThat(outcome.err())
        .containsOnlyOnce(
            photos
                + ": 12 pictures; ignored 1 .bmp, 1 hidden file: only JPEG, PNG and WebP are"
                + " read");
    assertThat(outcome.out()).startsWith("12 rows of ");
  }

  @Test
  void convertedWeights_embedAlikeUnderEveryNaming() throws IOException {
    Path plain = embed("plain.npy", "--precision", "fp32");
    for (String naming : List.of("mae", "torchvision", "lightly")) {
      Path converted = directory.resolve("made/" + naming + ".safetensors");
      Console.Outcome made =
          Console.run("checkpoint", "convert", model, converted, "--names", naming);
      Path out = directory.resolve(naming + ".npy");
      Console.Outcome embedded =
          Console.run(
              "embed", "--model", converted, "--data", photos, "--out", out, "--precision", "fp32");

      assertThat(made.code()).as(made.err()).isZero();
      assertThat(embedded.code()).as(naming + ": " + embedded.err()).isZero();
      try (EmbeddingTable one = EmbeddingTable.open(plain);
          EmbeddingTable other = EmbeddingTable.open(out)) {
        for (int row = 0; row < one.rows(); row++) {
          assertThat(row(other, row)).isEqualTo(row(one, row));
        }
      }
    }
  }

  @Test
  void batchesAndWorkers_changeNoRowByMuch() throws IOException {
    Path one = embed("one.npy", "--precision", "fp32", "--workers", 1, "--batch", 5);
    Path other = embed("other.npy", "--precision", "fp32", "--batch", 12, "--workers", 3);

    try (EmbeddingTable a = EmbeddingTable.open(one);
        EmbeddingTable b = EmbeddingTable.open(other)) {
      for (int row = 0; row < a.rows(); row++) {
        float[] left = row(a, row);
        float[] right = row(b, row);
        IntStream.range(0, left.length)
            .forEach(i -> assertThat(left[i]).isCloseTo(right[i], within(1e-5f)));
      }
    }
  }

  @Test
  void brokenPicture_keepsItsRow() throws IOException {
    Files.writeString(photos.resolve("blue/broken.jpg"), "no picture");
    Path out = directory.resolve("e.safetensors");

    Console.Outcome outcome =
        Console.run("embed", "--model", model, "--data", photos, "--out", out, "--l2");

    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.err())
        .contains("1 image has no embedding; the rows are marked:\n  blue/broken.jpg: ");
    try (EmbeddingTable table = EmbeddingTable.open(out)) {
      assertThat(table.rows()).isEqualTo(13);
      assertThat(table.key(0).name()).isEqualTo("blue/broken.jpg");
      assertThat(table.key(0).broken()).isTrue();
      assertThat(row(table, 0)).containsOnly(Float.NaN);
      double square = 0;
      for (float value : row(table, 1)) {
        square += value * value;
      }
      assertThat(square).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void unfinishedRows_areGoneOnWithOnlyByTheSameCheckpoint() throws IOException {
    Path same = directory.resolve("same.npy");
    Path other = directory.resolve("other.npy");
    String origin;
    try (ImageModel opened =
            ImageModel.open(model, DeviceChoice.AUTO, PrecisionChoice.FP32, HeadCounts.USUAL);
        EncoderFeatures encoder =
            new EncoderFeatures(opened, opened.image(), EncoderFeatures.usual(opened), 4)) {
      origin = encoder.origin();
    }
    EmbeddingWriter.begin(same, origin, TinyModels.WIDTH).close();
    EmbeddingWriter.begin(other, origin, TinyModels.WIDTH).close();

    embed("same.npy", "--resume", "--precision", "fp32");
    assertMistake("rows that are there were made by", resume(other, "bf16"));
    Files.setLastModifiedTime(model, FileTime.fromMillis(1_000_000));
    assertMistake("rows that are there were made by", resume(other, "fp32"));

    assertThat(origin).contains("fp32").contains(Files.size(model) + " bytes of ");
  }

  private Object[] resume(Path out, String precision) {
    return new Object[] {
      "embed",
      "--model",
      model,
      "--data",
      photos,
      "--out",
      out,
      "--precision",
      precision,
      "--resume"
    };
  }

  @Test
  void mistakes_areOneMessageEach() {
    assertMistake(
        "images of 30 pixels cannot be cut into patches of 8. Sizes that fit: 24, 32, and 32",
        "embed",
        "--model",
        model,
        "--data",
        photos,
        "--out",
        "e.npy",
        "--size",
        30);
    assertMistake(
        "was trained on images of 32 x 32 pixels, not 64 x 64. Leave --size away, or add"
            + " --interpolate",
        "embed",
        "--model",
        model,
        "--data",
        photos,
        "--out",
        "e.npy",
        "--size",
        64);
    assertMistake(
        "e.txt: its name should end in .npy, .csv or .safetensors",
        "embed",
        "--model",
        model,
        "--data",
        photos,
        "--out",
        directory.resolve("e.txt"));
    assertMistake(
        "nowhere: does not exist",
        "embed",
        "--model",
        model,
        "--data",
        "nowhere",
        "--out",
        "e.npy");
    assertMistake(
        "holds no picture, nor do the folders in it",
        "embed",
        "--model",
        model,
        "--data",
        empty(),
        "--out",
        "e.npy");
  }

  private Path empty() {
    try {
      return Files.createDirectories(directory.resolve("empty"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void otherSize_isEmbeddedWhenTablesMayBeResized() throws IOException {
    Path out = embed("large.npy", "--size", 64, "--interpolate", "--pool", "mean");

    try (EmbeddingTable table = EmbeddingTable.open(out)) {
      assertThat(table.rows()).isEqualTo(12);
    }
  }

  @Test
  void neighbours_areFoundByNameByFileAndForNewPictures() throws IOException {
    Path npy = embed("e.npy");
    Path sheet = directory.resolve("sheet.png");
    Path other = directory.resolve("other.png");
    Files.copy(photos.resolve("red/photo2.png"), other);

    Console.Outcome byName =
        Console.run(
            "neighbours",
            "--embeddings",
            npy,
            "--query",
            "red/photo2.png",
            "--k",
            3,
            "--images",
            photos,
            "--out",
            sheet);
    Console.Outcome byFile =
        Console.run(
            "neighbours",
            "--embeddings",
            npy,
            "--query",
            photos.resolve("red/photo2.png"),
            "--k",
            3,
            "--images",
            photos,
            "--out",
            sheet);
    Console.Outcome fresh =
        Console.run(
            "neighbours",
            "--embeddings",
            npy,
            "--query",
            other,
            "--k",
            3,
            "--model",
            model,
            "--images",
            photos,
            "--out",
            sheet);

    assertThat(byName.code()).as(byName.err()).isZero();
    assertThat(byName.out().lines()).hasSize(4).allMatch(line -> !line.contains("photo2.png"));
    assertThat(byFile.out()).isEqualTo(byName.out());
    assertThat(fresh.code()).as(fresh.err()).isZero();
    assertThat(fresh.out()).startsWith("1.0000  red/photo2.png\n");
    assertThat(ImageIO.read(sheet.toFile()).getWidth()).isGreaterThan(4 * 168);
  }

  @Test
  void queriesThatAreNotThere_areNamed() {
    Path npy = embed("e.npy");

    assertMistake(
        "is neither a file nor one of the 12 names in",
        "neighbours",
        "--embeddings",
        npy,
        "--query",
        "red/photo2.pgn");
    assertMistake(
        "Did you mean \"red/photo2.png\"?",
        "neighbours",
        "--embeddings",
        npy,
        "--query",
        "red/photo2.pgn");
    assertMistake(
        "Add --model with the model that made the rows",
        "neighbours",
        "--embeddings",
        npy,
        "--query",
        model);
  }

  @Test
  void plot_isDrawnAndPurityPrinted() throws IOException {
    Path npy = embed("e.npy");
    Path pca = directory.resolve("pca.png");
    Path tsne = directory.resolve("tsne.svg");
    Path labels = directory.resolve("labels.csv");
    Files.writeString(labels, "red/photo1.png,odd\nred/photo2.png,even\n");

    Console.Outcome first = Console.run("plot", "--embeddings", npy, "--out", pca);
    Console.Outcome second =
        Console.run(
            "plot", "--embeddings", npy, "--method", "tsne", "--labels", labels, "--out", tsne);

    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out())
        .contains("labels        of the embeddings", "k-means       purity ", "(chance 0.5000)")
        .endsWith(pca + "\n");
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.out()).contains("which lacks 10 images");
    assertThat(Files.readString(tsne)).contains("no label (10)", "t-SNE");
    assertThat(ImageIO.read(pca.toFile())).isNotNull();
  }

  @Test
  void dataset_isEmbeddedWithItsLabels() throws IOException {
    Path out = directory.resolve("scenes.npy");

    Console.Outcome outcome =
        Console.run(
            "embed",
            "--model",
            model,
            "--data",
            TinyScenes.get().manifest(),
            "--out",
            out,
            "--split",
            "train");

    assertThat(outcome.code()).as(outcome.err()).isZero();
    try (EmbeddingTable table = EmbeddingTable.open(out)) {
      assertThat(table.rows()).isPositive();
      assertThat(table.key(0).label()).matches("\\w+ \\w+");
    }
    assertMistake(
        "has no split \"test\". Its splits: train, validation",
        "embed",
        "--model",
        model,
        "--data",
        TinyScenes.get().manifest(),
        "--out",
        out,
        "--split",
        "test");
  }

  private static void assertMistake(String message, Object... line) {
    Console.Outcome outcome = Console.run(line);
    assertThat(outcome.message()).contains(message);
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
  }

  private static float[] row(EmbeddingTable table, int row) {
    float[] values = new float[table.width()];
    table.copy(row, values, 0);
    return values;
  }
}
