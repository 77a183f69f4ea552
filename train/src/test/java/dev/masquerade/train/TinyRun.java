package dev.masquerade.train;

import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.DatasetProvenance;
import dev.masquerade.data.manifest.ManifestWriter;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.prepare.TarShardWriter;
import dev.masquerade.data.prepare.WrittenShard;
import dev.masquerade.data.schema.FieldOverrides;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardFile;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.model.tokenizer.TokenizerDevice;
import dev.masquerade.train.config.RunConfig;
import dev.masquerade.train.config.RunConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A data set of a few kilobytes and a model of a few thousand numbers, for whole runs in tests. */
final class TinyRun {

  private static final Map<String, Modality> KINDS =
      Map.of("grid", new ByteModality(true), "words", new ByteModality(false));

  private static final String RUN =
      """
      name: "tiny"
      seed: 7
      model {
        dim: 16 encoder_depth: 2 decoder_depth: 1 heads: 2
        encoder_drop_path: 0.2
      }
      masking {
        encoder_tokens { min: 8 max: 16 }
        decoder_tokens { max: 12 }
      }
      data {
        sources { manifest: "manifest.textproto" }
        batch_size: 8
        workers: 2
        shuffle_window: 16
        augmentation { crop: CROP_NONE }
      }
      schedule { peak_learning_rate: 0.01 warm_up { steps: 5 } }
      train {
        steps: 40 log_every: 3 checkpoint_every: 7 keep_checkpoints: 2
        device: DEVICE_CPU precision: PRECISION_FP32
      }
      evaluation { every: 10 batches: 2 }
      """;

  private TinyRun() {}

  /** Writes shards, manifest and run.textproto. */
  static Path write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Random random = new Random(11);
    List<ShardDeclaration> shards = new ArrayList<>();
    for (int shard = 0; shard < 4; shard++) {
      Path file = directory.resolve("shard-" + shard + ".tar");
      try (TarShardWriter writer = TarShardWriter.create(file)) {
        for (int sample = 0; sample < 25; sample++) {
          writer.add(String.format("s%d-%03d", shard, sample), members(random));
        }
        WrittenShard written = writer.finish();
        shards.add(
            new ShardDeclaration(
                "shard-" + shard,
                List.of(
                    new ShardFile(
                        String.valueOf(file.getFileName()), file.toUri(), "", written.sha256())),
                written.sampleCount()));
      }
    }
    ManifestWriter.write(
        directory.resolve("manifest.textproto"),
        new DatasetManifest(
            "tiny",
            "Grids that follow from each other, and words.",
            List.of(
                new StoredModality(ModalitySettings.of("left"), "grid", "left"),
                new StoredModality(ModalitySettings.of("right"), "grid", "right"),
                new StoredModality(ModalitySettings.of("words"), "words", "words")),
            List.of(
                new Split(Split.TRAIN, shards.subList(0, 3)),
                new Split(Split.VALIDATION, shards.subList(3, 4))),
            DatasetProvenance.UNKNOWN));
    Path run = directory.resolve("run.textproto");
    Files.writeString(run, RUN);
    return run;
  }

  private static Map<String, byte[]> members(Random random) {
    int places = ByteModality.EDGE * ByteModality.EDGE;
    byte[] left = new byte[places];
    byte[] right = new byte[places];
    for (int i = 0; i < places; i++) {
      left[i] = (byte) random.nextInt(ByteModality.VOCABULARY);
      right[i] = (byte) ((left[i] + 5) % ByteModality.VOCABULARY);
    }
    byte[] words = new byte[2 + random.nextInt(ByteModality.WORDS - 2)];
    for (int i = 0; i < words.length - 1; i++) {
      words[i] = (byte) (25 + random.nextInt(10));
    }
    words[words.length - 1] = ByteModality.END;
    return Map.of("left.bin", left, "right.bin", right, "words.bin", words);
  }

  /** Reads a run with changed fields, such as {@code train.steps=20}. */
  static RunConfig config(Path run, Path output, String... changes) {
    List<String> all = new ArrayList<>(List.of(changes));
    all.add("output.directory=" + output);
    return new RunConfigReader(KINDS.keySet()).read(run, FieldOverrides.of(all));
  }

  static ModalityCatalogue catalogue() {
    return new ModalityCatalogue(KINDS);
  }

  static TrainingRun training() {
    return new TrainingRun(catalogue(), ShardSources.files(), new TokenizerDevice());
  }
}
