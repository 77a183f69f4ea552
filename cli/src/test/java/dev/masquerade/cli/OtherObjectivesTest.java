package dev.masquerade.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.masquerade.model.byol.ByolDescription;
import dev.masquerade.model.multimae.MultiMaeDescription;
import dev.masquerade.model.weights.ModelDescription;
import dev.masquerade.model.weights.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks with several tasks, and those that compare views, go through the one run loop. */
class OtherObjectivesTest {

  private static final String MULTIMAE =
      """
      name: "multimae"
      model {
        dim: 32 encoder_depth: 2 decoder_depth: 1 heads: 2
        multimae { decoder_dim: 16 decoder_heads: 2 normalised: "rgb" balance: TASK_BALANCE_UNCERTAINTY }
      }
      modalities { name: "rgb@64" patch_size: 16 }
      modalities { name: "depth@64" member: "depth" patch_size: 16 }
      modalities { name: "semseg@64" member: "semseg" patch_size: 16 vocabulary_size: 20 options { key: "stride" value: "4" } }
      masking { tasks { visible_tokens: 8 } }
      data { sources { manifest: "%s" } batch_size: 8 }
      schedule { peak_learning_rate: 1e-3 }
      train { steps: 4 log_every: 1 device: DEVICE_CPU }
      evaluation { every: 2 batches: 1 }
      """;

  private static final String BYOL =
      """
      name: "byol"
      model {
        dim: 32 encoder_depth: 2 heads: 2
        byol { hidden_dim: 24 output_dim: 12 }
      }
      modalities { name: "rgb@64" patch_size: 16 }
      data {
        sources { manifest: "%s" }
        batch_size: 8 views: 2
        augmentation { crop: CROP_RANDOM_RESIZED photometric { solarise_probability: 0.2 } }
      }
      schedule { peak_learning_rate: 1e-3 }
      train { steps: 4 log_every: 1 device: DEVICE_CPU }
      evaluation { every: 2 batches: 1 }
      """;

  @TempDir private Path directory;

  private Path write(String run) throws IOException {
    Path file = directory.resolve("run.textproto");
    Files.writeString(file, run.formatted(TinyScenes.get().manifest()));
    return file;
  }

  private static void train(Path run, Path out, Object... more) {
    Object[] arguments = new Object[4 + more.length];
    arguments[0] = "pretrain";
    arguments[1] = run;
    arguments[2] = "--set";
    arguments[3] = "output.directory=" + out;
    System.arraycopy(more, 0, arguments, 4, more.length);
    Console.Outcome outcome = Console.run(arguments);
    assertThat(outcome.code()).as(outcome.err()).isZero();
  }

  private ModelDescription trainedResumedAndRead(Path run) throws IOException {
    Path whole = directory.resolve("whole");
    Path parts = directory.resolve("parts");
    train(run, whole);
    train(run, parts, "--set", "train.steps=2", "--set", "schedule.total={ steps: 4 }");
    train(run, parts, "--resume");

    Path expected = whole.resolve("checkpoints/step-000004");
    Path found = parts.resolve("checkpoints/step-000004");
    assertThat(
            Arrays.equals(
                Files.readAllBytes(expected.resolve("model.safetensors")),
                Files.readAllBytes(found.resolve("model.safetensors"))))
        .as("weights of a run that was stopped and resumed")
        .isTrue();
    assertThat(Files.readString(whole.resolve("metrics.jsonl"))).contains("\"validation\"");
    try (StoredModel model = StoredModel.open(expected)) {
      assertThat(model.match().fits()).as(model.match().report()).isTrue();
      return model.description();
    }
  }

  @Test
  void multiMae_trainsOnEveryModality_andResumesExactly() throws IOException {
    ModelDescription model = trainedResumedAndRead(write(MULTIMAE));

    assertThat(model).isInstanceOf(MultiMaeDescription.class);
    assertThat(Files.readString(directory.resolve("whole/metrics.jsonl")))
        .contains("loss/rgb", "loss/depth", "loss/semseg");
  }

  @Test
  void views_areComparedByByol() throws IOException {
    Path run = write(BYOL);
    Path out = directory.resolve("out");
    train(run, out);

    try (StoredModel model = StoredModel.open(out.resolve("checkpoints/step-000004"))) {
      assertThat(model.match().fits()).as(model.match().report()).isTrue();
      assertThat(model.description()).isInstanceOf(ByolDescription.class);
    }
    assertThat(Files.readString(out.resolve("metrics.jsonl"))).contains("\"loss/rgb@64\"");
  }

  @Test
  void byolOfOneView_isRefusedByItsField() throws IOException {
    Path run = write(BYOL.replace(" views: 2", ""));

    Console.Outcome outcome = Console.run("pretrain", run);

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("data.views: must be 2").doesNotContain("\tat ");
  }

  @Test
  void memberThatNoSampleHas_isRefusedWithThoseThereAre() throws IOException {
    Path run = write(MULTIMAE.replace("member: \"depth\"", "member: \"dpth\""));

    Console.Outcome outcome = Console.run("pretrain", run);

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("modalities[1].member: \"dpth\"", "Did you mean \"depth\"?", "semseg")
        .doesNotContain("\tat ");
  }

  @Test
  void batchTooSmallForTwoViews_isRefusedBeforeTraining() throws IOException {
    Path run = write(BYOL.replace("batch_size: 8", "batch_size: 1"));

    Console.Outcome outcome = Console.run("pretrain", run);

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("data.batch_size: leaves fewer than 2 pictures");
  }

  @Test
  void lossOfTokens_isRefusedForOtherNetworks() throws IOException {
    Path run = write(MULTIMAE.replace("train {", "train { loss: LOSS_TOKEN"));

    Console.Outcome outcome = Console.run("pretrain", run);

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("train.loss: is for 4M models");
  }

  @Test
  void twoNetworksInOneRun_areRefused() throws IOException {
    Path run = write(BYOL.replace("byol {", "multimae {} byol {"));

    Console.Outcome outcome = Console.run("pretrain", run);

    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("model.byol: stands beside multimae");
  }
}
