package dev.masquerade.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.inject.Guice;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.TypeLiteral;
import dev.masquerade.data.manifest.DatasetManifest;
import dev.masquerade.data.manifest.DatasetProvenance;
import dev.masquerade.data.manifest.ManifestWriter;
import dev.masquerade.data.manifest.Split;
import dev.masquerade.data.manifest.StoredModality;
import dev.masquerade.data.prepare.TarShardWriter;
import dev.masquerade.data.schema.FieldOverrides;
import dev.masquerade.data.shard.ShardDeclaration;
import dev.masquerade.data.shard.ShardFile;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.modality.Modality;
import dev.masquerade.modality.ModalityCatalogue;
import dev.masquerade.modality.ModalityName;
import dev.masquerade.modality.ModalityPlugin;
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.text.WordPieceSettings;
import dev.masquerade.modality.text.WordPieceTrainer;
import dev.masquerade.model.tokenizer.TokenizerDevice;
import dev.masquerade.train.ProgressListener;
import dev.masquerade.train.RunRequest;
import dev.masquerade.train.StopRequest;
import dev.masquerade.train.TrainingRun;
import dev.masquerade.train.config.RunConfigReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captions and boxes as a shard stores them, longer than the tokens that a run gives them. */
class StoredTruthTest {

  private static final String[] NAMES = {"cube", "cone", "sphere"};

  @TempDir private Path directory;

  private static Map<String, Modality> kinds() {
    List<Module> modules = new ArrayList<>();
    ServiceLoader.load(ModalityPlugin.class).forEach(plugin -> modules.add(plugin.module()));
    return Guice.createInjector(modules)
        .getInstance(Key.get(new TypeLiteral<Map<String, Modality>>() {}));
  }

  private StoredModality stored(String name, int tokens) {
    return new StoredModality(
        new ModalitySettings(
            new ModalityName(name),
            0,
            0,
            0,
            tokens,
            0,
            Optional.of(directory.resolve("text.json")),
            Set.of(),
            Map.of()),
        name,
        name);
  }

  /** Writes five boxes and as many words per sample. */
  private ShardDeclaration shard(String name, int samples, Random random) throws IOException {
    Path file = directory.resolve(name + ".tar");
    try (TarShardWriter writer = TarShardWriter.create(file)) {
      for (int i = 0; i < samples; i++) {
        StringBuilder boxes = new StringBuilder();
        StringBuilder words = new StringBuilder("a");
        for (int box = 0; box < 5; box++) {
          String said = NAMES[random.nextInt(3)];
          double left = random.nextDouble() * 0.5;
          double top = random.nextDouble() * 0.5;
          boxes.append(box == 0 ? "[" : ", ");
          boxes.append(
              String.format(
                  Locale.ROOT,
                  "{\"class\": \"%s\", \"box\": [%.4f, %.4f, %.4f, %.4f], \"score\": 0.9}",
                  said,
                  left,
                  top,
                  left + 0.3,
                  top + 0.4));
          words.append(' ').append(said);
        }
        writer.add(
            String.format(Locale.ROOT, "%s-%02d", name, i),
            Map.of(
                "det.json", boxes.append(']').toString().getBytes(StandardCharsets.UTF_8),
                "caption.txt", words.toString().getBytes(StandardCharsets.UTF_8)));
      }
      writer.finish();
    }
    return new ShardDeclaration(name, List.of(ShardFile.of(file)), samples);
  }

  private Path train(Map<String, Modality> kinds) throws Exception {
    WordPieceTrainer trainer =
        new WordPieceTrainer(
            new WordPieceSettings(300, 16, 32, List.of("a", "cube", "cone", "sphere"), 0));
    trainer.add("a cube cone sphere");
    trainer.write(directory.resolve("text.json"));
    Random random = new Random(5);
    ManifestWriter.write(
        directory.resolve("manifest.textproto"),
        new DatasetManifest(
            "said",
            "",
            List.of(stored("caption", 4), stored("det", 16)),
            List.of(
                new Split(Split.TRAIN, List.of(shard("train", 16, random))),
                new Split(Split.VALIDATION, List.of(shard("validation", 6, random)))),
            DatasetProvenance.UNKNOWN));
    Path file = directory.resolve("run.textproto");
    Files.writeString(
        file,
        """
        name: "said"
        model { dim: 16 encoder_depth: 1 decoder_depth: 1 heads: 2 }
        masking { encoder_tokens { max: 8 } decoder_tokens { max: 8 } }
        data {
          sources { manifest: "manifest.textproto" }
          batch_size: 8 workers: 1 augmentation { crop: CROP_NONE }
        }
        schedule { peak_learning_rate: 0.003 warm_up { steps: 1 } }
        train { steps: 2 device: DEVICE_CPU precision: PRECISION_FP32 }
        """);
    Path run = directory.resolve("run");
    new TrainingRun(new ModalityCatalogue(kinds), ShardSources.files(), new TokenizerDevice())
        .run(
            new RunRequest(
                new RunConfigReader(kinds.keySet())
                    .read(file, FieldOverrides.of(List.of("output.directory=" + run))),
                false,
                List.of("test")),
            ProgressListener.NONE,
            new StopRequest());
    return run;
  }

  @Test
  void whatTokensHaveNoRoomFor_lowersTheBoundInTheReport() throws Exception {
    Map<String, Modality> kinds = kinds();
    Path run = train(kinds);
    try (Evaluation evaluation =
        new Evaluator(new ModalityCatalogue(kinds), ShardSources.files(), new TokenizerDevice())
            .open(run)) {
      evaluation.generateAndWrite(new GenerationSettings(4, 8, 4, List.of(), 1), result -> {});
    }

    JsonObject report =
        JsonParser.parseString(Files.readString(run.resolve("generation.json"))).getAsJsonObject();
    // Three of five boxes fit into 16 tokens, in bins; a caption keeps three of its six words.
    assertThat(bound(report, "det", "box_iou")).isBetween(0.4, 0.6);
    assertThat(bound(report, "det", "count_right")).isZero();
    assertThat(bound(report, "caption", "words_f1")).isBetween(0.5, 0.8);
    assertThat(report.getAsJsonArray("unmeasured")).isEmpty();
  }

  private static double bound(JsonObject report, String target, String measure) {
    for (JsonElement task : report.getAsJsonArray("tasks")) {
      if (task.getAsJsonObject().getAsJsonArray("targets").get(0).getAsString().equals(target)) {
        for (JsonElement metric : task.getAsJsonObject().getAsJsonArray("metrics")) {
          if (metric.getAsJsonObject().get("name").getAsString().equals(measure)) {
            return metric.getAsJsonObject().get("tokenizer_bound").getAsDouble();
          }
        }
      }
    }
    throw new AssertionError(measure + " of " + target + " is not in " + report);
  }
}
