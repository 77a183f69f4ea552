package dev.masquerade.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.masquerade.data.pipeline.BatchLoader;
import dev.masquerade.data.pipeline.LoadedBatch;
import dev.masquerade.data.plan.ResumePoint;
import dev.masquerade.data.shard.ShardSources;
import dev.masquerade.model.engine.DeviceChoice;
import dev.masquerade.model.engine.Precision;
import dev.masquerade.model.tokenizer.TokenizerDevice;
import dev.masquerade.train.checkpoint.RunRefusedException;
import dev.masquerade.train.checkpoint.TrainingCheckpoint;
import dev.masquerade.train.config.PrecisionChoice;
import dev.masquerade.train.config.RunConfig;
import dev.masquerade.train.config.RunDifference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {

  @TempDir Path directory;
  private Path run;

  @BeforeEach
  void write() throws IOException {
    run = TinyRun.write(directory.resolve("data"));
  }

  private Path output() {
    return directory.resolve("runs/tiny");
  }

  private RunOutcome train(boolean resume, ProgressListener listener, String... changes)
      throws Exception {
    return TinyRun.training()
        .run(
            new RunRequest(TinyRun.config(run, output(), changes), resume, List.of("test")),
            listener,
            new StopRequest());
  }

  @Test
  void finishedRun_leavesWhatItPromises() throws Exception {
    RunOutcome outcome = train(false, ProgressListener.NONE);

    assertThat(outcome).isEqualTo(new RunOutcome(40, true));
    assertThat(output().resolve("run.textproto")).content().contains("seed: 7");
    assertThat(
            JsonParser.parseString(Files.readString(output().resolve("provenance.json")))
                .getAsJsonObject()
                .keySet())
        .contains("engine", "manifest_sha256", "command", "git_revision");
    assertThat(output().resolve("checkpoints/LATEST")).hasContent("step-000040");
    assertThat(output().resolve("checkpoints/step-000035")).isDirectory();
    assertThat(output().resolve("checkpoints/step-000028")).doesNotExist();
    assertThat(output().resolve("checkpoints/step-000040"))
        .isDirectoryContaining("glob:**/config.json")
        .isDirectoryContaining("glob:**/model.safetensors")
        .isDirectoryContaining("glob:**/optimizer.safetensors")
        .isDirectoryContaining("glob:**/checkpoint.textproto");
    assertThat(Files.readString(output().resolve("metrics.jsonl")))
        .contains("\"kind\":\"validation\"")
        .contains("\"loss/words\"")
        .contains("peak_rss_bytes");
    assertThat(output()).isDirectoryContaining("glob:**/events.out.tfevents.*");
    try (RunModel model =
        RunModel.open(
            output().resolve("checkpoints/step-000040"), DeviceChoice.CPU, PrecisionChoice.FP32)) {
      assertThat(model.description().modalities()).hasSize(3);
    }
  }

  @Test
  void tokenizersOfARun_computeWhereItDoes() throws Exception {
    TokenizerDevice tokenizers = new TokenizerDevice();
    new TrainingRun(TinyRun.catalogue(), ShardSources.files(), tokenizers)
        .run(
            new RunRequest(TinyRun.config(run, output(), "train.steps=1"), false, List.of("test")),
            ProgressListener.NONE,
            new StopRequest());

    assertThat(tokenizers.choice())
        .isEqualTo(new TokenizerDevice.Choice(DeviceChoice.CPU, Precision.FP32));
  }

  @Test
  void averages_areValidatedBesideTheModel_andLeaveItsTrainingAlone() throws Exception {
    train(false, ProgressListener.NONE, "train.steps=8", "evaluation.every=4");
    JsonObject plain = lastValidation();
    Files.move(output(), directory.resolve("runs/plain"));

    train(
        false,
        ProgressListener.NONE,
        "train.steps=8",
        "evaluation.every=4",
        "train.average.decay=0.9");

    JsonObject values = lastValidation();
    assertThat(values.get("loss")).isEqualTo(plain.get("loss"));
    assertThat(values.get("average/loss").getAsDouble())
        .isPositive()
        .isNotEqualTo(values.get("loss").getAsDouble());
    assertThat(values.has("average/loss/words")).isTrue();
    assertThat(plain.has("average/loss")).isFalse();
  }

  private JsonObject lastValidation() throws IOException {
    return Files.readAllLines(output().resolve("metrics.jsonl")).stream()
        .filter(line -> line.contains("\"kind\":\"validation\""))
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .reduce((before, after) -> after)
        .orElseThrow();
  }

  @Test
  void finishedRunThatIsResumed_leavesNoFurtherEvents() throws Exception {
    train(false, ProgressListener.NONE, "train.steps=2");
    long before = events();

    train(true, ProgressListener.NONE, "train.steps=2");

    assertThat(before).isEqualTo(1);
    assertThat(events()).isEqualTo(before);
  }

  private long events() throws IOException {
    try (Stream<Path> files = Files.walk(output())) {
      return files.filter(file -> file.getFileName().toString().contains("tfevents")).count();
    }
  }

  @Test
  void changedSettings_areNamed() throws Exception {
    train(false, ProgressListener.NONE, "train.steps=1");

    Path before = output().resolve("run.textproto");
    assertThat(RunDifference.describe(before, TinyRun.config(run, output(), "train.steps=1")))
        .isEmpty();
    assertThat(
            RunDifference.describe(
                before, TinyRun.config(run, output(), "train.steps=3", "data.max_bad_samples=5")))
        .contains("train.steps was 1, now is 3")
        .contains("data.max_bad_samples was ");
  }

  @Test
  void runFromAClone_saysItsRevision() throws Exception {
    assumeTrue(Files.exists(Path.of("..", ".git")), "a clone");

    train(false, ProgressListener.NONE, "train.steps=1");

    assertThat(
            JsonParser.parseString(Files.readString(output().resolve("provenance.json")))
                .getAsJsonObject()
                .get("git_revision")
                .getAsString())
        .matches("[0-9a-f]{40}(-dirty)?");
  }

  @Test
  void skippedSamples_areCountedOnOverAStop() throws Exception {
    Path shard = directory.resolve("data/shard-0.tar");
    byte[] bytes = Files.readAllBytes(shard);
    // The first sample's bytes become ids outside the vocabulary.
    Arrays.fill(bytes, 512, 512 + 4, (byte) -1);
    Files.write(shard, bytes);
    Set<String> names = new TreeSet<>();
    String anyHash = "data.verify_sha256=false";

    train(false, ProgressListener.NONE, "train.steps=20", anyHash);
    train(true, ProgressListener.NONE, "train.steps=22", anyHash, "data.max_bad_samples=1");

    TrainingCheckpoint checkpoint =
        TrainingCheckpoint.open(output().resolve("checkpoints/step-000022"));
    checkpoint.state().badSamples().forEach(sample -> names.add(sample.shard()));
    assertThat(names).containsExactly("shard-0.tar");
    assertThat(checkpoint.state().badSamples()).hasSize(1);
    assertThat(checkpoint.header().getDataPosition().getBadSamples()).isEqualTo(1);
    assertThat(lastValue("bad_samples")).isEqualTo(1);
  }

  /** Returns what the last line of metrics that has a name says of it. */
  private double lastValue(String name) throws IOException {
    double last = Double.NaN;
    for (String line : Files.readAllLines(output().resolve("metrics.jsonl"))) {
      JsonObject values = JsonParser.parseString(line).getAsJsonObject();
      last = values.has(name) ? values.get(name).getAsDouble() : last;
    }
    return last;
  }

  @Test
  void dataSetNamedTwice_comesInTwoOrders() throws Exception {
    RunConfig once = TinyRun.config(run, output());
    RunConfig twice =
        TinyRun.config(run, output(), "data.sources[1]={ manifest: \"manifest.textproto\" }");
    try (RunData data = RunData.open(twice, TinyRun.catalogue(), ShardSources.files());
        RunData alone = RunData.open(once, TinyRun.catalogue(), ShardSources.files());
        BatchLoader both = data.training(ResumePoint.START);
        BatchLoader single = alone.training(ResumePoint.START)) {
      List<String> mixed = keys(both, 12);
      List<String> order = keys(single, 9);

      // Taking the first source's order out of the mixture leaves the other's, if they differ.
      int next = 0;
      List<String> others = new ArrayList<>();
      for (String key : mixed) {
        if (key.equals(order.get(next))) {
          next++;
        } else {
          others.add(key);
        }
      }
      assertThat(others).hasSizeGreaterThan(20);
      assertThat(others).isNotEqualTo(order.subList(0, others.size()));
    }
  }

  private static List<String> keys(BatchLoader loader, int batches) throws InterruptedException {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      try (LoadedBatch batch = loader.next().orElseThrow()) {
        for (int row = 0; row < batch.batch().rows(); row++) {
          keys.add(batch.batch().key(row));
        }
      }
    }
    return keys;
  }

  @Test
  void losses_fall() throws Exception {
    List<Double> losses = new ArrayList<>();
    train(
        false,
        new ProgressListener() {
          @Override
          public void stepped(StepReport report) {
            losses.add(report.loss());
          }
        },
        "train.steps=150");

    double first = losses.subList(0, 20).stream().mapToDouble(Double::doubleValue).sum() / 20;
    double last = losses.subList(130, 150).stream().mapToDouble(Double::doubleValue).sum() / 20;
    assertThat(last).isLessThan(first - 0.3);
  }

  @Test
  void stoppedRun_writesACheckpoint_andGoesOnFromIt() throws Exception {
    StopRequest stop = new StopRequest();
    RunOutcome stopped =
        TinyRun.training()
            .run(
                new RunRequest(TinyRun.config(run, output()), false, List.of("test")),
                new ProgressListener() {
                  @Override
                  public void stepped(StepReport report) {
                    if (report.step() == 11) {
                      stop.request();
                    }
                  }
                },
                stop);
    assertThat(stopped).isEqualTo(new RunOutcome(11, false));
    assertThat(output().resolve("checkpoints/LATEST")).hasContent("step-000011");

    List<Long> steps = new ArrayList<>();
    train(
        true,
        new ProgressListener() {
          @Override
          public void stepped(StepReport report) {
            steps.add(report.step());
          }
        });
    assertThat(steps).first().isEqualTo(12L);
    assertThat(steps).last().isEqualTo(40L);
  }

  @Test
  void accumulatedParts_makeAboutTheStepOfTheWholeBatch() throws Exception {
    List<Double> whole = new ArrayList<>();
    List<List<String>> wholeKeys = new ArrayList<>();
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void stepped(StepReport report) {
            whole.add(report.gradientNorm());
            wholeKeys.add(report.keys());
          }
        };
    String noDropPath = "model.encoder_drop_path=0";
    train(false, listener, noDropPath, "train.steps=1");
    Path other = directory.resolve("runs/parts");
    TinyRun.training()
        .run(
            new RunRequest(
                TinyRun.config(run, other, noDropPath, "train.steps=1", "optimiser.accumulation=4"),
                false,
                List.of("test")),
            listener,
            new StopRequest());

    assertThat(wholeKeys.get(1)).isEqualTo(wholeKeys.get(0));
    // Means of parts with other numbers of targets are not the mean of the whole, only near it.
    assertThat(whole.get(1)).isBetween(whole.get(0) * 0.5, whole.get(0) * 2);
  }

  @Test
  void runThatDiverges_endsAndNamesTheLosses() {
    assertThatThrownBy(
            () ->
                train(
                    false,
                    ProgressListener.NONE,
                    "schedule.peak_learning_rate=1e30",
                    "optimiser.clip_norm=0",
                    "train.max_skipped_steps=3"))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("4 steps in a row")
        .hasMessageContaining("words NaN")
        .hasMessageContaining("train.max_skipped_steps");
  }

  @Test
  void resumeWithAnotherModel_isRefused_namingTensorsAndShapes() throws Exception {
    train(false, ProgressListener.NONE, "train.steps=2");

    assertThatThrownBy(() -> train(true, ProgressListener.NONE, "model.dim=32"))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("mask_token")
        .hasMessageContaining("32");
    assertThatThrownBy(() -> train(true, ProgressListener.NONE, "model.encoder_drop_path=0.1"))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("encoderDropPath was 0.2, now is 0.1");
    assertThatThrownBy(() -> train(true, ProgressListener.NONE, "model.heads=4"))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("heads was 2, now is 4");
  }

  @Test
  void damagedCheckpoint_isRefused_namingTheFile() throws Exception {
    train(false, ProgressListener.NONE, "train.steps=2");
    Path weights = output().resolve("checkpoints/step-000002/model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 9] ^= 1;
    Files.write(weights, bytes);

    assertThatThrownBy(() -> train(true, ProgressListener.NONE))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("model.safetensors")
        .hasMessageContaining("does not have the content");

    Files.write(weights, new byte[10]);
    assertThatThrownBy(() -> train(true, ProgressListener.NONE))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("has 10 bytes");

    Files.delete(weights);
    assertThatThrownBy(() -> train(true, ProgressListener.NONE))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("is missing");

    Files.writeString(output().resolve("checkpoints/step-000002/checkpoint.textproto"), "step: x");
    assertThatThrownBy(() -> train(true, ProgressListener.NONE))
        .isInstanceOf(RunRefusedException.class)
        .hasMessageContaining("checkpoint.textproto");
  }
}
