package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.DatasetProvenance;
import dev.masquerade.data.manifest.ManifestWriter;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.prepare.TarShardWriter;
import dev.masquerade.data.shard.MemberPattern;
import dev.masquerade.data.shard.Shard;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardFile;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.BadSampleException;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.code.NpyArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokenizers of features that another network computed, from arrays to a model of their ids. */
class FeatureTokenizerTest {

  private static final int SAMPLES = 48;
  private static final int CHANNELS = 6;

  @TempDir private Path directory;

  private static Console.Outcome succeed(Object... arguments) {
    Console.Outcome outcome = Console.run(arguments);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return outcome;
  }

  /** Writes maps of 2 x 3 places and embeddings, near one of four directions each. */
  private Path data() throws IOException {
    Random random = new Random(3);
    float[][] directions = new float[4][CHANNELS];
    for (float[] direction : directions) {
      for (int c = 0; c < CHANNELS; c++) {
        direction[c] = (float) random.nextGaussian();
      }
    }
    Path shard = directory.resolve("features.tar");
    try (TarShardWriter tar = TarShardWriter.create(shard)) {
      for (int sample = 0; sample < SAMPLES; sample++) {
        float[] map = new float[CHANNELS * 6];
        for (int place = 0; place < 6; place++) {
          float[] near = directions[random.nextInt(4)];
          for (int c = 0; c < CHANNELS; c++) {
            map[c * 6 + place] = near[c] + 0.05f * (float) random.nextGaussian();
          }
        }
        float[] whole = directions[sample % 4].clone();
        tar.add(
            String.format(Locale.ROOT, "s%03d", sample),
            Map.of(
                "clip.npy", NpyArray.write(map, CHANNELS, 2, 3),
                "embedding.npy", NpyArray.write(whole, CHANNELS)));
      }
      tar.finish();
    }
    Path manifest = directory.resolve("manifest.textproto");
    ManifestWriter.write(
        manifest,
        new DatasetManifest(
            "features",
            "",
            List.of(features("clip@2x3", "clip"), features("embedding", "embedding")),
            List.of(
                new Split(
                    Split.TRAIN,
                    List.of(
                        new ShardDeclaration("features", List.of(ShardFile.of(shard)), SAMPLES)))),
            DatasetProvenance.UNKNOWN));
    return manifest;
  }

  private static StoredModality features(String name, String member) {
    return new StoredModality(
        new ModalitySettings(
            new ModalityName(name), 0, 0, 0, 0, CHANNELS, Optional.empty(), Set.of(), Map.of()),
        "feature_map",
        member);
  }

  private Path train(Path manifest, String modality, String name) throws IOException {
    Path file = directory.resolve(name + ".textproto");
    Files.writeString(
        file,
        """
        name: "%s"
        model {
          tokenizer {
            encoder { preset: "BottleneckMLP/B_1-Wi_32" }
            latent_dim: 8
            quantizer: QUANTIZER_MEMCODES
            codebook_size: 8
            codebooks: 2
            loss: RECONSTRUCTION_LOSS_COSINE
          }
        }
        modalities { name: "%s" }
        data { sources { manifest: "%s" } batch_size: 16 workers: 1 }
        schedule { peak_learning_rate: 5e-3 warm_up { steps: 5 } }
        train { steps: 150 precision: PRECISION_FP32 device: DEVICE_CPU log_every: 10 }
        output { directory: "%s" }
        """
            .formatted(name, modality, manifest, directory.resolve(name)));
    succeed("tokenizer", "train", file);
    return directory.resolve(name);
  }

  private static List<Double> losses(Path run) throws IOException {
    List<Double> losses = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      JsonObject json = JsonParser.parseString(line).getAsJsonObject();
      if (json.get("kind").getAsString().equals("train")) {
        losses.add(json.get("loss").getAsDouble());
      }
    }
    return losses;
  }

  @Test
  void features_areLearned_tokenised_andTheirIdsTrainAModel() throws IOException {
    Path manifest = data();
    Path maps = train(manifest, "clip@2x3", "maps");
    Path vectors = train(manifest, "embedding", "vectors");
    List<Double> losses = losses(maps);
    assertThat(losses.get(losses.size() - 1)).isLessThan(losses.get(0) / 2);

    Console.Outcome checked =
        succeed("tokenizer", "check", maps, "--data", manifest, "--member", "clip");
    List<Double> numbers = new ArrayList<>();
    Matcher lines =
        Pattern.compile("(?m)^(?:cosine|error|without ids) +(-?[0-9.]+)").matcher(checked.out());
    while (lines.find()) {
      numbers.add(Double.parseDouble(lines.group(1)));
    }
    assertThat(checked.out()).contains("features      48\n", "codes         2 x 8, ");
    assertThat(numbers).as(checked.out()).hasSize(4);
    assertThat(numbers.get(0)).as("nearer than the mean").isGreaterThan(numbers.get(1) + 0.1);
    Console.Outcome unnamed = Console.run("tokenizer", "check", maps, "--data", manifest);
    assertThat(unnamed.code()).isEqualTo(FailureReport.MISTAKE);
    assertThat(unnamed.message()).contains("takes features").contains("--member");

    Path tokens = directory.resolve("tokens");
    succeed(
        "tokenize",
        manifest,
        "--out",
        tokens,
        "--token",
        "tok_clip@4x3=clip:" + maps,
        "--token",
        "tok_embedding@2x1=embedding:" + vectors);
    try (Shard shard =
        Shard.open(
            new ShardDeclaration(
                "tokens",
                List.of(ShardFile.of(tokens.resolve("train-tokens-000000.tar"))),
                SAMPLES),
            ShardSources.files())) {
      assertThat(shard.members(0)).containsExactly("tok_clip.npy", "tok_embedding.npy");
      assertThat(ids(shard, 0, "tok_clip").shape()).isEqualTo("(1, 12)");
      NpyArray first = ids(shard, 0, "tok_embedding");
      assertThat(first.shape()).isEqualTo("(1, 2)");
      // Equal vectors have equal ids, and the four directions are told apart.
      Set<String> different = new TreeSet<>();
      for (int sample = 0; sample < SAMPLES; sample++) {
        NpyArray ids = ids(shard, sample, "tok_embedding");
        different.add(sample % 4 + ": " + ids.whole(0) + " " + ids.whole(1));
      }
      assertThat(different).hasSize(4);
    } catch (BadSampleException e) {
      throw new IOException(e);
    }

    Path run = directory.resolve("model.textproto");
    Files.writeString(
        run,
        """
        name: "model"
        model { preset: "scenes_small" }
        modalities { name: "tok_clip@4x3" }
        modalities { name: "tok_embedding@2x1" }
        masking { encoder_tokens { min: 2 max: 6 } decoder_tokens { max: 6 } }
        data { sources { manifest: "%s" } batch_size: 4 workers: 1 }
        schedule { peak_learning_rate: 1e-3 warm_up { steps: 1 } }
        train { steps: 1 precision: PRECISION_FP32 device: DEVICE_CPU }
        output { directory: "%s" }
        """
            .formatted(tokens.resolve("manifest.textproto"), directory.resolve("model")));
    succeed("pretrain", run);

    Console.Outcome crops =
        Console.run(
            "tokenize",
            manifest,
            "--out",
            directory.resolve("crops"),
            "--crops",
            3,
            "--token",
            "tok_clip@4x3=clip:" + maps);
    assertThat(crops.code()).isEqualTo(FailureReport.MISTAKE);
    assertThat(crops.message()).contains("has features or ids of 1 crop").contains("--crops 1");
  }

  private static NpyArray ids(Shard shard, int ordinal, String member)
      throws IOException, BadSampleException {
    return NpyArray.read(
        shard.read(ordinal, MemberPattern.of(member, List.of("npy"))).orElseThrow().bytes());
  }
}
