package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokenizers that are learned, from the run file to a 4M model that reads their ids. */
class TokenizerNetworkTest {

  @TempDir private Path directory;

  private static Console.Outcome succeed(Object... arguments) {
    Console.Outcome outcome = Console.run(arguments);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return outcome;
  }

  /** Writes a run that learns a tokenizer. */
  private Path run(String name, String modality, String tokenizer) throws IOException {
    Path file = directory.resolve(name + ".textproto");
    Files.writeString(
        file,
        """
        name: "%s"
        model {
          tokenizer {
            encoder { dim: 48 depth: 1 heads: 3 }
            %s
          }
        }
        modalities { %s }
        data {
          sources { manifest: "%s" }
          batch_size: 8
          workers: 1
        }
        schedule { peak_learning_rate: 2e-3 warm_up { steps: 10 } }
        train {
          steps: 200
          precision: PRECISION_FP32
          device: DEVICE_CPU
          average { decay: 0.9 }
        }
        output { directory: "%s" }
        """
            .formatted(
                name, tokenizer, modality, TinyScenes.get().manifest(), directory.resolve(name)));
    return file;
  }

  private static double number(String text, String label) {
    Matcher matcher = Pattern.compile(label + "\\s+([0-9.,]+)").matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return Double.parseDouble(matcher.group(1).replace(",", ""));
  }

  @Test
  void learnedTokenizer_keepsMoreThanTheMeanPicture_andItsIdsTrainAModel() throws IOException {
    Path file =
        run(
            "vq",
            "name: \"rgb@64\" patch_size: 8",
            "latent_dim: 16 codebook_size: 64 dead_code_share: 0.05");
    succeed("tokenizer", "train", file);
    Path vq = directory.resolve("vq");

    Path picture = directory.resolve("check.png");
    Console.Outcome checked =
        succeed(
            "tokenizer",
            "check",
            vq,
            "--data",
            TinyScenes.get().manifest(),
            "--split",
            "train",
            "--samples",
            24,
            "--pictures",
            3,
            "--out",
            picture);
    assertThat(number(checked.out(), "error"))
        .as(checked.out())
        .isLessThan(number(checked.out(), "without ids"));
    assertThat(checked.out()).contains("codes         64, ", "perplexity");
    assertThat(ImageIO.read(picture.toFile()).getWidth()).isGreaterThan(300);
    assertThat(succeed("tokenizer", "show", vq).out())
        .contains("makes         8 x 8 ids, 64 codes");
    JsonObject last = lastMetrics(vq, "train");
    assertThat(last.get("codes_used").getAsDouble()).isBetween(0.05, 1.0);
    assertThat(last.get("code_perplexity").getAsDouble()).isGreaterThan(2);
    assertThat(lastMetrics(vq, "validation").has("average/codes_used")).isTrue();

    Path tokens = directory.resolve("tokens");
    assertThat(tokenize(tokens, vq).out()).startsWith("2 shards written, 0 kept");
    Path shard = tokens.resolve("train-tokens-000000.tar");
    byte[] whole = Files.readAllBytes(shard);
    Files.delete(shard);
    assertThat(tokenize(tokens, vq).out()).startsWith("1 shards written, 1 kept");
    assertThat(Files.readAllBytes(shard)).isEqualTo(whole);

    Path model =
        TinyScenes.get()
            .run(
                directory,
                tokens.resolve("manifest.textproto"),
                "modalities { name: \"tok_rgb@64\" }");
    succeed("pretrain", model, "--set", "train.steps=2", "--set", "data.batch_size=8");
    assertThat(lastMetrics(directory.resolve("out"), "train").has("loss/tok_rgb@64")).isTrue();
  }

  @Test
  void resolutionsThatTheDecoderDoesNotTake_areRefusedBeforeTheRun() throws IOException {
    Path file =
        run(
            "sizes",
            "name: \"rgb@64\" patch_size: 8",
            "latent_dim: 16 codebook_size: 64"
                + " diffusion { dim: 32 patch_size: 4 multipliers: [1, 1, 1] }");
    String text = Files.readString(file);
    Files.writeString(file, text.replace("batch_size: 8", "batch_size: 8 resolutions: [48, 40]"));
    Console.Outcome outcome = Console.run("tokenizer", "train", file);
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("data.resolutions: at 40 pixels", "multiples of 16, was given 40 x 40")
        .doesNotContain("at 48 pixels");
  }

  private static Console.Outcome tokenize(Path out, Path tokenizer) {
    return succeed(
        "tokenize",
        TinyScenes.get().manifest(),
        "--out",
        out,
        "--token",
        "tok_rgb@64=rgb:" + tokenizer,
        "--crops",
        3);
  }

  private static JsonObject lastMetrics(Path run, String kind) throws IOException {
    JsonObject last = new JsonObject();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      if (json.get("kind").getAsString().equals(kind)) {
        last = json;
      }
    }
    return last;
  }

  @Test
  void batchesOfSeveralResolutions_areTrainedOn_andResumedExactly() throws IOException {
    Path file =
        run(
            "sizes",
            "name: \"depth@64\" member: \"depth\" patch_size: 16",
            "quantizer: QUANTIZER_FSQ fsq_levels: [4, 4, 4]");
    String text =
        Files.readString(file)
            .replace("workers: 1", "workers: 1 resolutions: [32, 64]")
            .replace("steps: 200", "steps: 8 log_every: 1")
            .replace("warm_up { steps: 10 }", "curve: CURVE_CONSTANT");
    Files.writeString(file, text);
    Path again = directory.resolve("again.textproto");
    Files.writeString(
        again,
        text.replace(directory.resolve("sizes").toString(), directory.resolve("again").toString())
            .replace("workers: 1", "workers: 4"));

    succeed("tokenizer", "train", file);
    succeed("tokenizer", "train", again, "--set", "train.steps=3");
    succeed("tokenizer", "train", again, "--resume");

    assertThat(values(directory.resolve("again"), "loss"))
        .hasSize(8)
        .isEqualTo(values(directory.resolve("sizes"), "loss"));
    assertThat(values(directory.resolve("sizes"), "encoder_tokens")).contains(4.0, 16.0);
    assertThat(values(directory.resolve("sizes"), "padding_share")).allMatch(x -> x >= 0 && x <= 1);
  }

  private static List<Double> values(Path run, String name) throws IOException {
    List<Double> values = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      if (json.get("kind").getAsString().equals("train")) {
        values.add(json.get(name).getAsDouble());
      }
    }
    return values;
  }

  @Test
  void runWithoutATokenizer_isRefused() throws IOException {
    Console.Outcome outcome = Console.run("tokenizer", "train", TinyScenes.get().run(directory));

    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
    assertThat(outcome.message()).contains("describes no tokenizer: model.tokenizer is missing");
  }

  @Test
  void tokenizerThatDoesNotFit_isRefusedWithBothSides() throws IOException {
    Path network = TinyModels.tokenizer(directory.resolve("vq.safetensors"));
    Path model = TinyModels.encoder(directory.resolve("encoder.safetensors"));

    Path sized = unsaid("tok_rgb@64", network);
    Console.Outcome other = Console.run("pretrain", sized);
    assertThat(other.code()).isEqualTo(FailureReport.MISTAKE);
    assertThat(other.message())
        .contains("tok_rgb@64 has frames of 64 pixels, but its tokenizer " + network)
        .contains("was made for 32")
        .contains("Set the option resize_tokenizer to true if it was trained at several sizes");
    assertThat(refused("tok_rgb@30=rgb:" + network))
        .contains("30 pixels, which is no multiple of the patch size 8")
        .contains("Choose 24 or 32");
    assertThat(refused("tok_depth@32=depth:" + TinyScenes.get().codebook()))
        .contains("32 pixels")
        .contains("made for 64")
        .doesNotContain("resize_tokenizer");
    assertThat(refused("tok_rgb@32=rgb:" + model))
        .contains("is no tokenizer but a model of the family vit");
    assertThat(refused("tok_rgb@32=rgb:" + directory)).contains("holds no checkpoint");
    assertThat(refused("tok_rgb@32=rgb:" + directory.resolve("gone"))).contains("does not exist");
    assertThat(refused("tok_rgb@32=rgb:" + TinyScenes.get().text()))
        .contains("is no tokenizer of pictures. Name a patch codebook")
        .contains("or a tokenizer network");

    Path run =
        TinyScenes.get()
            .run(
                directory,
                TinyScenes.get().manifest(),
                "modalities { name: \"tok_rgb@32\" member: \"rgb\" vocabulary_size: 100 tokenizer:"
                    + " \""
                    + network
                    + "\" }");
    Console.Outcome outcome = Console.run("pretrain", run);
    assertThat(outcome.code()).isEqualTo(FailureReport.MISTAKE);
    assertThat(outcome.message()).contains("tok_rgb@32 declares 100 ids, but its tokenizer has 16");
  }

  private Path unsaid(String name, Path network) throws IOException {
    return TinyScenes.get()
        .run(
            directory,
            TinyScenes.get().manifest(),
            "modalities { name: \"%s\" member: \"rgb\" tokenizer: \"%s\" }"
                .formatted(name, network));
  }

  @Test
  void oneTokenizer_makesIdsOfTwoSizes_andAModelLearnsBoth() throws IOException {
    Path network = TinyModels.tokenizer(directory.resolve("vq.safetensors"));
    Path tokens = directory.resolve("tokens");
    succeed(
        "tokenize",
        TinyScenes.get().manifest(),
        "--out",
        tokens,
        "--token",
        "tok_rgb@32=rgb:" + network,
        "--token",
        "tok_rgb@64=rgb:" + network);

    Path run =
        TinyScenes.get()
            .run(
                directory,
                tokens.resolve("manifest.textproto"),
                "modalities { name: \"tok_rgb@32\" } modalities { name: \"tok_rgb@64\" }");
    succeed("pretrain", run, "--set", "train.steps=1", "--set", "data.batch_size=4");
    JsonObject last = lastMetrics(directory.resolve("out"), "train");
    assertThat(last.has("loss/tok_rgb@32")).isTrue();
    assertThat(last.has("loss/tok_rgb@64")).isTrue();
  }

  @Test
  void severalCodebooks_onDepthDeclaredWithASize_areLearnedCheckedAndUsed() throws IOException {
    Path file =
        run(
            "books",
            "name: \"depth\" size: 64 member: \"depth\" patch_size: 16",
            "latent_dim: 16 codebook_size: 16 codebooks: 2");
    succeed("tokenizer", "train", file, "--set", "train.steps=4");
    Path books = directory.resolve("books");
    assertThat(lastMetrics(books, "validation").get("codes_used").getAsDouble())
        .isBetween(0.01, 1.0);
    Console.Outcome checked =
        succeed(
            "tokenizer",
            "check",
            books,
            "--data",
            TinyScenes.get().manifest(),
            "--samples",
            4,
            "--pictures",
            0,
            "--device",
            "cpu");
    assertThat(checked.out()).contains("pictures      4\n").contains("codes         2 x 16, ");
    Path tokens = directory.resolve("tokens");
    succeed(
        "tokenize",
        TinyScenes.get().manifest(),
        "--out",
        tokens,
        "--device",
        "cpu",
        "--token",
        "tok_depth@64=depth:" + books);
    Path model =
        TinyScenes.get()
            .run(
                directory,
                tokens.resolve("manifest.textproto"),
                "modalities { name: \"tok_depth@64\" }");
    succeed("pretrain", model, "--set", "train.steps=1", "--set", "data.batch_size=4");
    assertThat(lastMetrics(directory.resolve("out"), "train").has("loss/tok_depth@64")).isTrue();
  }

  @Test
  void classMaps_areCheckedByTheirNumbers() throws IOException {
    Path file =
        run(
            "classes",
            "name: \"semseg@64\" member: \"semseg\" patch_size: 16 vocabulary_size: 5",
            "latent_dim: 8 codebook_size: 16");
    succeed("tokenizer", "train", file, "--set", "train.steps=4");
    Path picture = directory.resolve("classes.png");
    Console.Outcome checked =
        succeed(
            "tokenizer",
            "check",
            directory.resolve("classes"),
            "--data",
            TinyScenes.get().manifest(),
            "--samples",
            4,
            "--pictures",
            2,
            "--out",
            picture);
    assertThat(checked.out()).contains("of pixels have another class");
    assertThat(number(checked.out(), "without ids")).isBetween(0.001, 0.999);
    assertThat(picture).exists();
  }

  private String refused(String token) {
    Console.Outcome outcome =
        Console.run(
            "tokenize",
            TinyScenes.get().manifest(),
            "--out",
            directory.resolve("refused"),
            "--token",
            token);
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(FailureReport.MISTAKE);
    return outcome.message();
  }

  @Test
  void networkOfAnotherSize_isCheckedAndUsedOnTheFly() throws IOException {
    Path network = TinyModels.tokenizer(directory.resolve("vq.safetensors"));

    Console.Outcome checked =
        succeed(
            "tokenizer",
            "check",
            network,
            "--data",
            TinyScenes.get().manifest(),
            "--size",
            64,
            "--samples",
            4,
            "--pictures",
            0);
    Path run =
        TinyScenes.get()
            .run(
                directory,
                TinyScenes.get().manifest(),
                "modalities { name: \"tok_rgb@64\" member: \"rgb\" tokenizer: \""
                    + network
                    + "\" options { key: \"resize_tokenizer\" value: \"true\" } }");
    succeed("pretrain", run, "--set", "train.steps=1", "--set", "data.batch_size=4");

    assertThat(checked.out()).contains("pictures      4\n");
    assertThat(lastMetrics(directory.resolve("out"), "train").has("loss/tok_rgb@64")).isTrue();
  }
}
