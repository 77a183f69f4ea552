package dev.masquerade.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
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
import dev.masquerade.modality.ModalitySettings;
import dev.masquerade.modality.code.FrameContent;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.tokenizer.TokenizerDevice;
import dev.masquerade.train.ProgressListener;
import dev.masquerade.train.RunRequest;
import dev.masquerade.train.StopRequest;
import dev.masquerade.train.TrainingRun;
import dev.masquerade.train.checkpoint.RunRefusedException;
import dev.masquerade.train.config.RunConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trains a tiny model on frames for a moment and asks what it can do. */
class EvaluatorTest {

  private static final Map<String, Modality> KINDS =
      Map.of(
          "classes", new FrameModality(FrameContent.CLASSES),
          "depth", new FrameModality(FrameContent.DEPTH));

  private static final EvaluationSettings SETTINGS =
      new EvaluationSettings(16, 60, 8, List.of(), Set.of(0, 1));

  @TempDir static Path directory;
  private static Path run;

  @BeforeAll
  static void train() throws Exception {
    Random random = new Random(2);
    ManifestWriter.write(
        directory.resolve("manifest.textproto"),
        new DatasetManifest(
            "frames",
            "",
            List.of(
                new StoredModality(ModalitySettings.of("tok_semseg@8"), "classes", "frame"),
                new StoredModality(ModalitySettings.of("tok_depth@8"), "depth", "frame")),
            List.of(
                new Split(Split.TRAIN, List.of(shard("train", 60, random))),
                new Split(Split.VALIDATION, List.of(shard("validation", 20, random)))),
            DatasetProvenance.UNKNOWN));
    Path file = directory.resolve("run.textproto");
    Files.writeString(
        file,
        """
        name: "frames"
        model { dim: 32 encoder_depth: 1 decoder_depth: 1 heads: 2 }
        masking { encoder_tokens { max: 16 } decoder_tokens { max: 16 } }
        data {
          sources { manifest: "manifest.textproto" }
          batch_size: 16 workers: 1 shuffle_window: 32
          augmentation { crop: CROP_NONE }
        }
        schedule { peak_learning_rate: 0.003 warm_up { steps: 10 } }
        train { steps: 60 device: DEVICE_CPU precision: PRECISION_FP32 }
        """);
    run = directory.resolve("run");
    new TrainingRun(new ModalityCatalogue(KINDS), ShardSources.files(), new TokenizerDevice())
        .run(
            new RunRequest(
                new RunConfigReader(KINDS.keySet())
                    .read(file, FieldOverrides.of(List.of("output.directory=" + run))),
                false,
                List.of("test")),
            ProgressListener.NONE,
            new StopRequest());
  }

  private static ShardDeclaration shard(String name, int samples, Random random)
      throws IOException {
    Path file = directory.resolve(name + ".tar");
    try (TarShardWriter writer = TarShardWriter.create(file)) {
      for (int i = 0; i < samples; i++) {
        writer.add(
            String.format("%s-%03d", name, i), Map.of("frame.bin", FrameModality.frame(random)));
      }
      writer.finish();
    }
    return new ShardDeclaration(name, List.of(ShardFile.of(file)), samples);
  }

  private static Evaluation open() throws IOException {
    return new Evaluator(new ModalityCatalogue(KINDS), ShardSources.files(), new TokenizerDevice())
        .open(run);
  }

  private static MetricComparison metric(PairResult result, String name) {
    return result.metrics().stream()
        .filter(metric -> metric.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not among " + result.metrics()));
  }

  @Test
  void everyPair_isMeasuredBesidePriorAndTokenizer() throws IOException {
    List<ModalityPair> announced = new ArrayList<>();
    EvaluationReport report;
    try (Evaluation evaluation = open()) {
      report = evaluation.measureAndWrite(SETTINGS, result -> announced.add(result.pair()));
    }

    assertThat(report.step()).isEqualTo(60);
    assertThat(announced).hasSize(2);
    PairResult classes = report.results().get(0);
    PairResult depth = report.results().get(1);
    assertThat(classes.pair()).hasToString("tok_depth@8 → tok_semseg@8");
    assertThat(classes.samples()).isEqualTo(16);
    for (PairResult result : report.results()) {
      assertThat(result.main().bound()).isPresent();
      double bound = result.main().bound().orElseThrow();
      assertThat(result.main().higherIsBetter() ? bound : -bound)
          .as("the tokenizer does better than a constant")
          .isGreaterThan(
              result.main().higherIsBetter() ? result.main().prior() : -result.main().prior());
    }
    assertThat(metric(classes, "miou").prior()).isBetween(0.2, 0.9);
    assertThat(metric(depth, "relative_error").prior()).isBetween(0.01, 0.5);
    assertThat(metric(depth, "relative_error_on_objects").prior())
        .as("every object stands at the same distance")
        .isZero();
    assertThat(metric(depth, "token_cross_entropy").model())
        .as("sixty steps teach something")
        .isLessThan(Math.log(8));

    var json =
        JsonParser.parseString(Files.readString(run.resolve("evaluation.json"))).getAsJsonObject();
    assertThat(json.getAsJsonArray("pairs")).hasSize(2);
    assertThat(report.table()).contains("miou ↑").contains("no input");
  }

  @Test
  void tokenizers_computeWhereTheRunDoes() throws IOException {
    TokenizerDevice tokenizers = new TokenizerDevice();
    Evaluator evaluator =
        new Evaluator(new ModalityCatalogue(KINDS), ShardSources.files(), tokenizers);
    try (Evaluation evaluation = evaluator.open(run)) {
      assertThat(evaluation.step()).isEqualTo(60);
    }

    assertThat(tokenizers.choice())
        .isEqualTo(new TokenizerDevice.Choice(DeviceChoice.CPU, Precision.FP32));
  }

  @Test
  void evaluation_givesTheSameNumbersEveryTime() throws IOException {
    try (Evaluation one = open();
        Evaluation other = open()) {
      assertThat(one.measure(SETTINGS, result -> {}))
          .isEqualTo(other.measure(SETTINGS, result -> {}));
    }
  }

  @Test
  void figures_getInputMaskPredictionAndTruth() throws IOException {
    try (Evaluation evaluation = open()) {
      List<PredictedFrame> frames =
          evaluation.predict(
              new ModalityPair(new ModalityName("tok_semseg@8"), new ModalityName("tok_depth@8")),
              3,
              0.5);

      assertThat(frames).hasSize(3);
      PredictedFrame frame = frames.get(0);
      assertThat(frame.input().channels()).isEqualTo(3);
      assertThat(frame.prediction().values()).hasSameSizeAs(frame.truth().values());
      assertThat(frame.targetContent()).isEqualTo(FrameContent.DEPTH);
      assertThat(frame.seen()).contains(true).contains(false);
    }
  }

  @Test
  void pairOfAnUnknownModality_isRefusedByName() throws IOException {
    try (Evaluation evaluation = open()) {
      EvaluationSettings settings =
          SETTINGS.withPairs(
              List.of(
                  new ModalityPair(new ModalityName("sound"), new ModalityName("tok_depth@8"))));
      assertThatThrownBy(() -> evaluation.measure(settings, result -> {}))
          .hasMessageContaining("sound");
    }
  }

  @Test
  void directoryWithoutARun_isRefused() {
    assertThatThrownBy(
            () ->
                new Evaluator(
                        new ModalityCatalogue(KINDS), ShardSources.files(), new TokenizerDevice())
                    .open(directory.resolve("nowhere")))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("holds no run");
  }

  @Test
  void generatedFrames_areMeasuredBesidePriorAndBound() throws Exception {
    GenerationSettings settings = new GenerationSettings(6, 30, 4, List.of(), 3);
    try (Evaluation evaluation = open()) {
      List<GenerationResult> told = new ArrayList<>();
      GenerationReport report = evaluation.generate(settings, told::add);
      assertThat(told).isEqualTo(report.results());
      assertThat(report.results())
          .extracting(result -> result.task().toString())
          .containsExactly("tok_depth@8 → tok_semseg@8", "tok_semseg@8 → tok_depth@8");
      for (GenerationResult result : report.results()) {
        assertThat(result.samples()).isEqualTo(6);
        for (MetricComparison metric : result.metrics()) {
          assertThat(metric.model()).isFinite();
          assertThat(metric.prior()).isFinite();
          assertThat(metric.bound()).isPresent();
        }
      }
      assertThat(report.results().get(0).metrics().get(0).name()).isEqualTo("miou");
      assertThat(evaluation.generate(settings, result -> {})).isEqualTo(report);
      assertThat(report.table()).contains("tokenizer", "tok_depth@8", "miou");
      assertThat(
              JsonParser.parseString(report.json())
                  .getAsJsonObject()
                  .getAsJsonArray("tasks")
                  .size())
          .isEqualTo(2);
    }
  }
}
