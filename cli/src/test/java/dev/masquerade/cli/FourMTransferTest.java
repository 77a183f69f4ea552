package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.masquerade.model.weights.StoredModel;
import dev.masquerade.train.embedding.EmbeddingTable;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a 4M model's encoder is good for without its decoder. */
class FourMTransferTest {

  @TempDir private Path directory;
  private Path photos;
  private Path model;

  @BeforeEach
  void write() throws IOException {
    photos = directory.resolve("photos");
    model = TinyModels.fourM(directory.resolve("fm.safetensors"));
    for (int i = 0; i < 12; i++) {
      Path file = photos.resolve(i < 6 ? "red" : "blue").resolve("photo" + i + ".png");
      Files.createDirectories(file.getParent());
      BufferedImage picture = new BufferedImage(40, 36, BufferedImage.TYPE_INT_RGB);
      for (int x = 0; x < 40; x++) {
        for (int y = 0; y < 36; y++) {
          picture.setRGB(x, y, (i < 6 ? 0xc02020 : 0x2020c0) + (x / 8 + i) % 3 * 0x001800);
        }
      }
      ImageIO.write(picture, "png", file.toFile());
    }
  }

  private Console.Outcome succeed(Object... arguments) {
    Console.Outcome outcome = Console.run(arguments);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return outcome;
  }

  private float[][] embed(Path from, String name, Object... more) throws IOException {
    Path out = directory.resolve(name);
    Object[] line = {"embed", "--model", from, "--data", photos, "--out", out, "--device", "cpu"};
    Object[] all = Arrays.copyOf(line, line.length + more.length);
    System.arraycopy(more, 0, all, line.length, more.length);
    succeed(all);
    try (EmbeddingTable table = EmbeddingTable.open(out)) {
      assertThat(table.width()).isEqualTo(TinyModels.WIDTH);
      float[][] rows = new float[table.rows()][table.width()];
      for (int row = 0; row < rows.length; row++) {
        table.copy(row, rows[row], 0);
      }
      return rows;
    }
  }

  @Test
  void encoderTakenFromAModel_embedsAsTheModelDoes() throws IOException {
    Path vit = directory.resolve("vit");
    Console.Outcome converted = succeed("checkpoint", "convert", model, vit, "--to", "vit");
    assertThat(converted.err()).contains("2 encoder and 0 decoder blocks");
    try (StoredModel stored = StoredModel.open(vit)) {
      assertThat(stored.description().modalities()).hasSize(1);
    }

    float[][] whole = embed(model, "whole.npy");
    float[][] alone = embed(vit, "alone.npy");
    assertThat(whole).hasNumberOfRows(12);
    for (int row = 0; row < whole.length; row++) {
      assertThat(alone[row]).containsExactly(whole[row], within(1e-6f));
    }
    assertThat(whole[0]).isNotEqualTo(whole[11]);
    assertThat(embed(vit, "max.npy", "--pool", "max")[0]).isNotEqualTo(whole[0]);
    assertThat(embed(vit, "large.npy", "--size", 48, "--interpolate")).hasNumberOfRows(12);
  }

  private JsonObject probe(Path from, String method, Object... more) throws IOException {
    Path out = directory.resolve(method + ".json");
    Object[] line = {
      "probe",
      "--model",
      from,
      "--data",
      photos,
      "--method",
      method,
      "--out",
      out,
      "--device",
      "cpu"
    };
    Object[] all = Arrays.copyOf(line, line.length + more.length);
    System.arraycopy(more, 0, all, line.length, more.length);
    assertThat(succeed(all).out()).contains("most frequent class");
    JsonObject json = JsonParser.parseString(Files.readString(out)).getAsJsonObject();
    assertThat(json.get("chance").getAsDouble()).isEqualTo(0.5);
    return json;
  }

  @Test
  void probes_learnFromTheEncoder() throws IOException {
    assertThat(probe(model, "knn", "--k", 3).get("top1").getAsDouble()).isGreaterThan(0.9);
    assertThat(probe(model, "linear").get("top1").getAsDouble()).isGreaterThan(0.9);
  }

  @Test
  void fineTuning_trainsTheEncoder() throws IOException {
    Path vit = directory.resolve("vit");
    succeed("checkpoint", "convert", model, vit, "--to", "vit");
    Object[] size = {"--batch", 4, "--size", 48, "--interpolate", "--epochs"};
    Object[] briefly = Arrays.copyOf(size, size.length + 1);
    briefly[size.length] = 1;
    Object[] longer = Arrays.copyOf(size, size.length + 1);
    longer[size.length] = 300;

    JsonObject before = probe(vit, "finetune", briefly);
    JsonObject after = probe(vit, "finetune", longer);

    assertThat(after.get("top1").getAsDouble()).isGreaterThan(0.9);
    assertThat(after.get("loss").getAsDouble()).isLessThan(before.get("loss").getAsDouble() - 0.02);
  }

  @Test
  void samples_areEmbeddedByWhateverTheEncoderSees() throws IOException {
    Path run = TinyScenes.get().run(Files.createDirectories(directory.resolve("train")));
    succeed("pretrain", run, "--set", "train.steps=1", "--set", "train.device=DEVICE_CPU");
    Path trained = directory.resolve("train/out");
    Path out = directory.resolve("samples.npy");

    succeed(
        "embed",
        "--model",
        trained,
        "--data",
        TinyScenes.get().tokens(),
        "--see",
        "caption,tok_depth@64",
        "--out",
        out,
        "--device",
        "cpu");
    try (EmbeddingTable table = EmbeddingTable.open(out)) {
      assertThat(table.rows()).isPositive();
      float[] row = new float[table.width()];
      table.copy(0, row, 0);
      assertThat(row).doesNotContain(Float.NaN);
      assertThat(table.key(0).name()).startsWith("scene");
    }
    Console.Outcome refused =
        Console.run(
            "embed",
            "--model",
            trained,
            "--data",
            TinyScenes.get().tokens(),
            "--see",
            "sound",
            "--out",
            directory.resolve("no.npy"));
    assertThat(refused.code()).isEqualTo(FailureReport.MISTAKE);
    assertThat(refused.message()).contains("\"sound\"", "caption", "tok_depth@64", "rgb@64");
  }

  @Test
  void classToken_isRefusedWithWhatToDo() {
    Console.Outcome refused =
        Console.run(
            "embed",
            "--model",
            model,
            "--data",
            photos,
            "--out",
            directory.resolve("e.npy"),
            "--pool",
            "cls");
    assertThat(refused.code()).isEqualTo(FailureReport.MISTAKE);
    assertThat(refused.message()).contains("no class token", "--pool mean");
  }

  @Test
  void reconstruction_isRefusedWithWhatIsMissing() {
    Console.Outcome refused =
        Console.run(
            "reconstruct",
            "--model",
            model,
            "--images",
            photos,
            "--out",
            directory.resolve("pictures"));
    assertThat(refused.code()).isEqualTo(FailureReport.MISTAKE);
    assertThat(refused.message()).contains("a 4M model, whose decoder predicts tokens");
  }

  @Test
  void directory_goesThroughARunAndComesBackAsItWas() throws IOException {
    Path hub = directory.resolve("hub");
    Path run = directory.resolve("run");
    Path back = directory.resolve("back");
    succeed("checkpoint", "convert", model, hub);
    succeed("checkpoint", "convert", hub, run, "--to", "run");
    succeed("checkpoint", "convert", run, back);
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      assertThat(back.resolve(file)).hasSameBinaryContentAs(hub.resolve(file));
    }
    assertThat(succeed("checkpoint", "show", run).out())
        .contains("holds the weights of this model");
  }

  @Test
  void optionsThatDoNotGoTogether_areNamed() {
    Path out = directory.resolve("out");
    assertThat(
            Console.run("checkpoint", "convert", model, out, "--names", "mae", "--bf16").message())
        .contains("--names and --all");
    assertThat(Console.run("checkpoint", "convert", model, out, "--scale", "1").message())
        .contains("--fuse");
    assertThat(Console.run("checkpoint", "convert", model, out, "--picture", "rgb@32").message())
        .contains("--to vit");
    assertThat(
            Console.run("checkpoint", "convert", model, out, "--to", "vit", "--picture", "rgb@9")
                .message())
        .contains("rgb@32", "none called rgb@9");
    assertThat(out).doesNotExist();
  }
}
